//! What every page must hold, checked on what it renders.

use std::collections::BTreeSet;

use askama::Template;

/// The values of an attribute, in order.
fn values<'h>(html: &'h str, name: &str) -> Vec<&'h str> {
    let start = format!(" {name}=\"");
    html.match_indices(&start).filter_map(|(at, _)| html[at + start.len()..].split('"').next()).collect()
}

/// Renders, and holds the page to: one `h1`, a language, a title, no script and no inline style, ids that are there once,
/// labels and descriptions that name something, every field with a label, no empty text, no key instead of a sentence.
pub(super) fn checked(template: &impl Template) -> String {
    let html = template.render().unwrap();
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\""), "{html}");
    assert_eq!(html.matches("<h1").count(), 1, "{html}");
    assert_eq!(html.matches("<main").count(), 1);
    for never in ["<script", " style=", "<style", "javascript:", "<title> –", " onclick", "http://", "https://"] {
        assert!(!html.contains(never), "{never}: {html}");
    }
    let ids = values(&html, "id");
    let distinct: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), distinct.len(), "an id stands twice: {ids:?}");
    let labels: BTreeSet<&str> = values(&html, "for").into_iter().collect();
    let named = ["aria-describedby", "aria-labelledby"].into_iter().flat_map(|name| values(&html, name));
    for target in named.flat_map(str::split_whitespace).chain(labels.iter().copied()) {
        assert!(distinct.contains(target), "{target} names nothing");
    }
    for target in values(&html, "href").into_iter().filter_map(|href| href.strip_prefix('#')) {
        assert!(distinct.contains(target), "#{target} leads nowhere");
    }
    for tag in ["<input ", "<select "] {
        for (at, _) in html.match_indices(tag) {
            let field = html[at..].split('>').next().unwrap();
            let is_labelled = values(field, "id").first().is_some_and(|id| labels.contains(id));
            assert!(is_labelled || field.contains("type=\"hidden\""), "no label: {field}");
        }
    }
    for (open, close) in
        [("<p", "</p>"), ("<ul", "</ul>"), ("<li", "</li>"), ("<form", "</form>"), ("<section", "</section>")]
    {
        let opened = html.match_indices(open).filter(|(at, _)| html[at + open.len()..].starts_with([' ', '>']));
        assert_eq!(opened.count(), html.matches(close).count(), "{open}: {html}");
    }
    html
}
