//! Ready-made lists of pieces, to start from. They say what is often asked for, not what a law lists: an institution answers for what it asks,
//! and changes them as it needs. To add one: a line in [`READY`], its name in the catalogue.

use super::Piece;
use crate::domain::taxonomy::Kind;

/// A piece of a list: kinds, months within which it was issued (0: by the rule of its kind), how many, whether mandatory.
type Line = (&'static [&'static str], u8, u8, bool);

const IDENTITY: &[&str] =
    &["identite.carte_nationale", "identite.passeport", "sejour.titre_sejour", "sejour.recepisse"];
const ADDRESS: &[&str] =
    &["logement.justificatif_domicile", "logement.attestation_hebergement", "logement.election_domicile"];

/// The lists, by their codes.
pub const READY: [(&str, &[Line]); 5] = [
    (
        "logement",
        &[
            (IDENTITY, 0, 1, true),
            (ADDRESS, 0, 1, true),
            (&["emploi.contrat_travail", "emploi.attestation_employeur"], 0, 1, false),
            (
                &["emploi.bulletin_salaire", "prestations.attestation_paiement", "prestations.pension_retraite"],
                0,
                3,
                true,
            ),
            (&["impots.avis_imposition"], 0, 1, true),
        ],
    ),
    (
        "rsa",
        &[
            (IDENTITY, 0, 1, true),
            (ADDRESS, 0, 1, true),
            (&["etat_civil.livret_famille", "etat_civil.acte_naissance"], 0, 1, false),
            (&["emploi.bulletin_salaire", "emploi.attestation_france_travail"], 0, 3, false),
            (&["banque.rib"], 0, 1, true),
        ],
    ),
    (
        "titre_sejour",
        &[
            (&["identite.passeport"], 0, 1, true),
            (&["sejour.titre_sejour", "sejour.recepisse", "sejour.visa"], 0, 1, true),
            (&["etat_civil.acte_naissance"], 0, 1, true),
            (ADDRESS, 6, 1, true),
            (&["identite.photo"], 6, 3, true),
            (&["emploi.bulletin_salaire", "emploi.contrat_travail", "formation.certificat_scolarite"], 0, 3, false),
        ],
    ),
    (
        "cantine",
        &[
            (ADDRESS, 0, 1, true),
            (&["prestations.quotient_familial", "impots.avis_imposition"], 0, 1, true),
            (&["formation.certificat_scolarite"], 0, 1, false),
        ],
    ),
    (
        "handicap",
        &[
            (IDENTITY, 0, 1, true),
            (ADDRESS, 0, 1, true),
            (&["sante.ordonnance_certificat"], 12, 1, true),
            (&["formation.jugement_protection"], 0, 1, false),
        ],
    ),
];

/// The pieces of a list; none if there is no such list.
pub fn ready(code: &str) -> Option<Vec<Piece>> {
    let (_, lines) = READY.iter().find(|(known, _)| *known == code)?;
    let piece = |(kinds, months, count, mandatory): &Line| Piece {
        kinds: kinds.iter().filter_map(|code| Kind::from_code(code)).collect(),
        label: None,
        months: (*months > 0).then_some(*months),
        count: *count,
        mandatory: *mandatory,
    };
    Some(lines.iter().map(piece).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::taxonomy::KINDS;

    #[test]
    fn every_list_names_kinds_that_there_are() {
        for (code, lines) in READY {
            let pieces = ready(code).unwrap();
            assert_eq!(pieces.len(), lines.len());
            for (piece, (kinds, ..)) in pieces.iter().zip(lines) {
                assert_eq!(piece.kinds.len(), kinds.len(), "{code}: {kinds:?}");
                piece.check(KINDS).unwrap();
            }
            assert!(pieces.iter().any(|piece| piece.mandatory), "{code}");
        }
        assert!(ready("nothing").is_none());
    }
}
