//! Which answers the API's contract declares: every answer of the API that any story sees is held to it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use consigne::http::openapi::document;

/// The statuses of a path's operations, by method.
type Statuses = BTreeMap<String, Vec<u16>>;

/// By pattern of path, cut at its slashes.
pub struct Declared {
    paths: Vec<(Vec<String>, Statuses)>,
}

/// What layers answer where there is no operation: another host, no such address or method, another site.
const NOWHERE: &[u16] = &[307, 403, 404, 405, 421];

impl Declared {
    /// From the document.
    pub fn read() -> &'static Self {
        static READ: LazyLock<Declared> = LazyLock::new(|| {
            let paths = document().value()["paths"].as_object().unwrap().iter().map(|(path, item)| {
                let methods = item.as_object().unwrap().iter().map(|(method, operation)| {
                    let statuses = operation["responses"].as_object().unwrap().keys();
                    (method.to_uppercase(), statuses.map(|status| status.parse().unwrap()).collect())
                });
                (path.split('/').map(str::to_owned).collect(), methods.collect())
            });
            Declared { paths: paths.collect() }
        });
        &READ
    }

    /// What is wrong with an answer, if the contract does not declare it.
    pub fn complaint(&self, method: &str, path: &str, status: u16) -> Option<String> {
        let path = path.split('?').next().unwrap_or_default();
        if !path.starts_with("/api/") {
            return None;
        }
        let parts: Vec<&str> = path.split('/').collect();
        let is = |pattern: &[String]| {
            let same =
                |(pattern, part): (&String, &&str)| pattern == part || (pattern.starts_with('{') && !part.is_empty());
            pattern.len() == parts.len() && pattern.iter().zip(&parts).all(same)
        };
        let found = self.paths.iter().find(|(pattern, _)| is(pattern)).and_then(|(_, methods)| {
            let as_get = || (method == "HEAD").then(|| methods.get("GET")).flatten();
            methods.get(method).or_else(as_get)
        });
        let declared = found.map_or(NOWHERE, Vec::as_slice);
        // Where looking costs as much as taking, `HEAD` is refused.
        let is_fine = declared.contains(&status) || (method == "HEAD" && status == 405);
        (!is_fine).then(|| format!("{method} {path}: {status}, declared: {declared:?}"))
    }
}
