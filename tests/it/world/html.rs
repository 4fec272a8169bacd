//! Every page that any story is shown is read as a browser reads it: by a parser of HTML 5 that tells each mistake, and by what
//! somebody who listens to a page, or uses it with a keyboard alone, needs of it.

use std::collections::BTreeSet;

use scraper::{ElementRef, Html, Selector};

fn all<'h>(page: &'h Html, selector: &str) -> Vec<ElementRef<'h>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

fn has_text(element: ElementRef<'_>) -> bool {
    element.text().any(|text| !text.trim().is_empty())
}

/// Whether somebody who hears the page is told what an element is.
fn is_named(element: ElementRef<'_>, labels: &BTreeSet<&str>) -> bool {
    let says = |name: &str| element.attr(name).is_some_and(|value| !value.trim().is_empty());
    let is_in_label = element.ancestors().filter_map(ElementRef::wrap).any(|above| above.value().name() == "label");
    let is_labelled = element.attr("id").is_some_and(|id| labels.contains(id));
    says("aria-label") || says("aria-labelledby") || is_labelled || is_in_label
}

/// What is wrong with a page; nothing, as a rule.
pub fn faults(text: &str) -> Vec<String> {
    let page = Html::parse_document(text);
    let mut wrong: Vec<String> = page.errors.iter().map(|error| format!("HTML: {error}")).collect();
    let languages: Vec<_> = all(&page, "html").into_iter().filter_map(|html| html.attr("lang")).collect();
    if languages.is_empty() || languages.iter().any(|language| language.is_empty()) {
        wrong.push("no language".to_owned());
    }
    for (selector, count) in [("h1", 1), ("main", 1), ("head > title", 1), ("script", 0)] {
        let found = all(&page, selector).len();
        if found != count {
            wrong.push(format!("{found} {selector}"));
        }
    }
    let mut ids = BTreeSet::new();
    for id in all(&page, "[id]").into_iter().filter_map(|element| element.attr("id")) {
        if id.is_empty() || id.contains(char::is_whitespace) || !ids.insert(id) {
            wrong.push(format!("the id {id:?} is none, or stands twice"));
        }
    }
    let mut labels = BTreeSet::new();
    for element in all(&page, "*") {
        let name = element.value().name();
        for (attribute, value) in element.value().attrs() {
            let names_one = attribute == "for" || (attribute == "href" && value.starts_with('#') && value.len() > 1);
            if names_one && !ids.contains(value.trim_start_matches('#')) {
                wrong.push(format!("{attribute}={value:?} names nothing"));
            }
            if ["aria-describedby", "aria-labelledby", "aria-controls"].contains(&attribute) {
                let missing = value.split_whitespace().filter(|id| !ids.contains(id));
                wrong.extend(missing.map(|id| format!("{attribute}={id:?} names nothing")));
            }
            let is_script = attribute.starts_with("on") || value.trim_start().to_lowercase().starts_with("javascript:");
            if is_script || attribute == "style" {
                wrong.push(format!("{name} {attribute}={value:?}"));
            }
        }
        if name == "label" {
            labels.extend(element.attr("for"));
        }
    }
    for field in all(&page, "input, select, textarea") {
        let is_hidden = field.attr("type") == Some("hidden");
        if !is_hidden && !is_named(field, &labels) {
            wrong.push(format!("no label: {}", field.html()));
        }
    }
    for pressed in all(&page, "button, a[href], label, legend, h1, h2, h3, title, th, dt") {
        if !has_text(pressed) && !is_named(pressed, &BTreeSet::new()) {
            wrong.push(format!("says nothing: {}", pressed.html()));
        }
    }
    for picture in all(&page, "img:not([alt]), svg:not([role=img]):not([aria-hidden=true])") {
        wrong.push(format!("a picture without words: {}", picture.html()));
    }
    wrong
}

const GOOD: &str = "<!DOCTYPE html>\n<html lang=\"fr\"><head><meta charset=\"utf-8\"><title>T</title></head><body><main><h1>T</h1>\
    <form method=\"post\" action=\"/x\"><label for=\"a\">A</label><input id=\"a\" name=\"a\" aria-describedby=\"b\">\
    <span id=\"b\">B</span><button>C</button></form></main></body></html>";

#[test]
fn what_is_wrong_with_a_page_is_found() {
    assert_eq!(faults(GOOD), Vec::<String>::new());
    for (from, to, told) in [
        ("<!DOCTYPE html>\n", "", "HTML: "),
        ("</form>", "</form></p>", "HTML: "),
        ("<h1>T</h1>", "<h1>T<p>U</p></h2>", "HTML: "),
        (" name=\"a\"", " name=\"a\" name=\"b\"", "HTML: "),
        (" lang=\"fr\"", "", "no language"),
        ("<h1>T</h1>", "", "0 h1"),
        ("</form>", "</form><h1>U</h1>", "2 h1"),
        ("<title>T</title>", "<title>T</title><script>1</script>", "1 script"),
        ("<span id=\"b\"", "<span id=\"a\"", "stands twice"),
        (" for=\"a\"", " for=\"c\"", "for=\"c\" names nothing"),
        ("aria-describedby=\"b\"", "aria-describedby=\"b c\"", "aria-describedby=\"c\" names nothing"),
        ("<label for=\"a\">A</label>", "", "no label"),
        ("<button>", "<button onclick=\"x()\">", "onclick"),
        ("<button>C", "<button>", "says nothing"),
        ("</form>", "</form><a href=\"#c\">C</a>", "href=\"#c\" names nothing"),
        ("</form>", "</form><img src=\"/x\">", "without words"),
    ] {
        let page = GOOD.replacen(from, to, 1);
        assert_ne!(page, GOOD, "{from}");
        let found = faults(&page);
        assert!(found.iter().any(|fault| fault.contains(told)), "{told}: {found:?}\n{page}");
    }
}
