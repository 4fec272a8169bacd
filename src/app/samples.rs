//! Sample papers for the demonstration: one-page PDFs, marked SPÉCIMEN, about nobody.

use std::fmt::Write as _;

/// A sample paper.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    /// Title.
    pub title: &'static str,
    /// Kind, by its code.
    pub kind: &'static str,
    /// File name.
    pub file: &'static str,
    /// Lines under the title on the page.
    pub lines: &'static [&'static str],
    /// Last day of validity, `YYYY-MM-DD`.
    pub expires_on: Option<&'static str>,
    /// Outside every mandate.
    pub private: bool,
}

const fn sample(title: &'static str, kind: &'static str, file: &'static str, lines: &'static [&'static str]) -> Sample {
    Sample { title, kind, file, lines, expires_on: None, private: false }
}

/// Angela's papers.
pub(super) const ANGELA: &[Sample] = &[
    Sample {
        expires_on: Some("2031-05-14"),
        ..sample(
            "Carte d’identité",
            "identite.carte_nationale",
            "carte-identite.pdf",
            &["DUBOIS Angela Claire Louise", "Née le 24 août 1962"],
        )
    },
    sample(
        "Quittance de loyer, septembre",
        "logement.quittance_loyer",
        "quittance-09.pdf",
        &["Loyer de septembre 2026", "Reçu : 412,00 €"],
    ),
    sample(
        "Quittance de loyer, octobre",
        "logement.quittance_loyer",
        "quittance-10.pdf",
        &["Loyer d’octobre 2026", "Reçu : 412,00 €"],
    ),
    sample(
        "Avis d’imposition 2026",
        "impots.avis_imposition",
        "avis-2026.pdf",
        &["Revenus de 2025", "Montant à payer : 0 €"],
    ),
    Sample {
        private: true,
        ..sample("Ordonnance du docteur", "sante.ordonnance_certificat", "ordonnance.pdf", &["À prendre matin et soir"])
    },
    sample("RIB", "banque.rib", "rib.pdf", &["IBAN : FR00 0000 0000 0000 0000 0000 000"]),
];

/// Ahmed's papers.
pub(super) const AHMED: &[Sample] = &[
    Sample {
        expires_on: Some("2026-12-20"),
        ..sample(
            "Récépissé de demande de titre",
            "sejour.recepisse",
            "recepisse.pdf",
            &["Valable jusqu’au 20 décembre 2026"],
        )
    },
    Sample {
        expires_on: Some("2027-02-01"),
        ..sample(
            "Élection de domicile",
            "logement.election_domicile",
            "domicile.pdf",
            &["Chez le CCAS", "Valable 1 an"],
        )
    },
    sample(
        "Attestation France Travail",
        "emploi.attestation_france_travail",
        "france-travail.pdf",
        &["Situation d’octobre 2026"],
    ),
];

/// A one-page PDF with a title, some lines and the word SPÉCIMEN across.
pub(super) fn pdf(sample: &Sample) -> Vec<u8> {
    let rows = sample.lines.iter().enumerate();
    let lines: Vec<String> =
        rows.map(|(row, line)| format!("BT /F1 14 Tf 60 {} Td ({}) Tj ET\n", 720 - 24 * row, escaped(line))).collect();
    let mut page = "q 0.85 g BT /F1 88 Tf 0.7 0.7 -0.7 0.7 130 210 Tm (SP\\311CIMEN) Tj ET Q\n".to_owned();
    let _ = writeln!(page, "BT /F1 22 Tf 60 760 Td ({}) Tj ET", escaped(sample.title));
    page += &lines.concat();
    page.push_str("BT /F1 10 Tf 60 60 Td (D\\351monstration de Consigne : personne et papier invent\\351s) Tj ET\n");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{page}endstream", page.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    let mut out = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (number, object) in objects.iter().enumerate() {
        places.push(out.len());
        let _ = write!(out, "{} 0 obj\n{object}\nendobj\n", number + 1);
    }
    let start = out.len();
    let _ = write!(out, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for place in places {
        let _ = writeln!(out, "{place:010} 00000 n ");
    }
    let _ = write!(out, "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    out.into_bytes()
}

/// Text as a PDF string in `WinAnsi`, all in ASCII: octal escapes for the rest.
fn escaped(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '(' | ')' | '\\' => format!("\\{c}"),
            '€' => "\\200".to_owned(),
            '’' => "\\222".to_owned(),
            c if c.is_ascii() => c.to_string(),
            c if u32::from(c) < 256 => format!("\\{:03o}", u32::from(c)),
            _ => "?".to_owned(),
        })
        .collect()
}
