//! The form, as it is rendered: whole, with what was typed, with what is to be known of two sides.

use super::*;
use crate::http::pages::checks;

#[test]
fn the_form_is_whole_and_keeps_what_was_typed() {
    for locale in Locale::ALL {
        let empty =
            Add::filled(Frame::sample(locale), Purpose::Add, None, 1 << 20, "fresh".into(), BTreeMap::new(), None);
        let html = checks::checked(&empty);
        assert!(html.contains(r#"name="cle" value="fresh""#) && !html.contains("aria-invalid"));
        let file = html.find(r#"name="fichier""#).unwrap();
        assert!(!html[file + 1..].contains("name="), "the file comes last");
        let typed =
            [("titre", "Bail <2>"), ("type", "logement.bail"), ("pour", "child"), ("cache", "on"), ("cle", "k")];
        let typed = typed.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let wrong = Wrong { title: "T".into(), help: "H".into(), field: in_form("expires_on") };
        let html = checks::checked(&Add::filled(
            Frame::sample(locale),
            Purpose::Add,
            None,
            1 << 20,
            "fresh".into(),
            typed,
            Some(wrong),
        ));
        for kept in [
            r#"value="Bail &#60;2&#62;""#,
            r#"<option value="logement.bail" selected>"#,
            r#"value="child" checked"#,
            r#"id="cache" name="cache" type="checkbox" value="on" aria-describedby="cache-aide" checked"#,
            r#"name="cle" value="k""#,
            r##"<a href="#date_fin">T</a>"##,
            r#"<span class="error" id="date_fin-faux">H</span>"#,
        ] {
            assert!(html.contains(kept), "{kept}\n{html}");
        }
        assert_eq!(html.matches("aria-invalid").count(), 1);
        let document = DocumentId::draw(&crate::domain::source::Source::system());
        let about = |purpose| {
            let name = Some(("Bail <2>".to_owned(), Kind::from_code("logement.bail").unwrap()));
            checks::checked(&Add::filled(Frame::sample(locale), purpose, name, 1, "k".into(), Typed::new(), None))
        };
        let html = about(Purpose::Change(document));
        assert!(
            !html.contains("multipart") && html.contains(r#"id="bon_jusque""#) && html.contains("Bail &#60;2&#62;")
        );
        let html = about(Purpose::Replace(document));
        assert!(html.contains("multipart") && !html.contains(r#"name="type""#) && html.contains(r#"name="cle""#));
    }
}

#[test]
fn two_sides_are_told_next_to_the_file() {
    let document = DocumentId::draw(&crate::domain::source::Source::system());
    for locale in Locale::ALL {
        let form = |purpose, about: Option<&str>, typed: &str| {
            let about = about.map(|kind| ("Titre".to_owned(), Kind::from_code(kind).unwrap()));
            let typed = Typed::from([("type".to_owned(), typed.to_owned())]);
            let html = checks::checked(&Add::filled(Frame::sample(locale), purpose, about, 1, "k".into(), typed, None));
            // Read with the field, by whoever hears the page.
            assert_eq!(html.contains("id=\"fichier-cotes\""), html.contains("fichier-aide fichier-cotes"), "{html}");
            html
        };
        let told = say(locale, "add-two-sides").replace('\'', "&#39;");
        let card = kind_label(locale, Kind::from_code("identite.carte_nationale").unwrap()).replace('\'', "&#39;");
        let of_all = |html: &str| html.matches(&card).count();
        // Chosen, or known: it alone. Not chosen yet: which they are. One side: nothing, or which the others are.
        let html = form(Purpose::Add, None, "sejour.titre_sejour");
        assert!(html.contains(&told) && of_all(&html) == 1, "{html}");
        assert!(form(Purpose::Replace(document), Some("identite.permis_conduire"), "").contains(&told));
        for typed in ["", "logement.bail"] {
            let html = form(Purpose::Add, None, typed);
            assert!(!html.contains(&told) && of_all(&html) == 2, "{html}");
        }
        for html in [
            form(Purpose::Replace(document), Some("logement.bail"), ""),
            form(Purpose::Change(document), Some("sejour.titre_sejour"), "sejour.titre_sejour"),
        ] {
            assert!(!html.contains("fichier-cotes"), "{html}");
        }
        // In a visit, of what may be added there alone.
        let help = |code| {
            let categories = vec![Category::from_code(code).unwrap()];
            form(Purpose::Help { at: "/visite/1/2".into(), categories, answering: None }, None, "")
        };
        let residence = help("sejour");
        assert!(residence.contains("fichier-cotes") && of_all(&residence) == 0, "{residence}");
        assert!(!help("logement").contains("fichier-cotes"));
    }
}
