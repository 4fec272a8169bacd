//! The categories of a form that proposes help, each with what may be allowed on it as boxes; and what was ticked.
//!
//! Family is offered less at first (DOMAIN §2): what is more stands apart, and the words say that it is.

use super::propose::Typed;
use crate::domain::mandate::{Permission, Permissions, usual_for_relatives};
use crate::domain::taxonomy::{CATEGORIES, Category};
use crate::words::{Locale, Value, category_label, say, say_with};

/// One of several answers.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) is_chosen: bool,
}

/// A category with what may be allowed on it, each as a box.
pub(super) struct Rubric {
    pub(super) label: String,
    pub(super) hint: Option<String>,
    pub(super) boxes: Vec<Choice>,
    /// What folds it says: its name, and what was chosen in it, if something was.
    pub(super) summary: String,
    /// Whether it stays open: something was chosen in it.
    pub(super) is_open: bool,
}

/// The categories of a form: what is offered, and what is offered apart.
pub(super) struct Rubrics {
    pub(super) first: Vec<Rubric>,
    pub(super) more: Vec<Rubric>,
}

/// The name of a box.
pub(super) fn box_name(category: Category, permission: Permission) -> String {
    format!("{}-{}", category.code(), permission.code())
}

/// The categories as the form has them: what is sensitive stands last.
fn in_order() -> impl Iterator<Item = Category> {
    let of = |sensitive| CATEGORIES.into_iter().filter(move |category| category.is_sensitive() == sensitive);
    of(false).chain(of(true))
}

impl Rubrics {
    /// All of them: for who works everything at once, for family what is usual first.
    pub(super) fn new(locale: Locale, typed: &Typed, is_for_work: bool) -> Self {
        let of = |category: Category, permissions: &[Permission]| {
            let one = |permission: &Permission| {
                let name = box_name(category, *permission);
                let what = say(locale, &format!("permission-{}", permission.code()));
                Choice { is_chosen: typed.contains_key(&name), value: name, label: what }
            };
            let (label, boxes) = (category_label(locale, category), permissions.iter().map(one).collect::<Vec<_>>());
            let chosen: Vec<&str> = boxes.iter().filter(|one| one.is_chosen).map(|one| one.label.as_str()).collect();
            let is_open = !chosen.is_empty();
            let chosen = chosen.join(", ");
            let values = [("category", Value::Text(&label)), ("chosen", Value::Text(&chosen))];
            let summary = if is_open { say_with(locale, "propose-rubric-chosen", &values) } else { label.clone() };
            let hint = category.is_sensitive().then(|| say(locale, "propose-sensitive"));
            Rubric { label, hint, boxes, summary, is_open }
        };
        if is_for_work {
            return Self { first: in_order().map(|one| of(one, &Permission::ALL)).collect(), more: Vec::new() };
        }
        let usual = usual_for_relatives();
        let (few, rest): (Vec<_>, Vec<_>) = Permission::ALL.into_iter().partition(|one| usual.has(*one));
        let first = in_order().filter(|one| !one.is_sensitive()).map(|one| of(one, &few));
        let more = in_order().map(|one| of(one, if one.is_sensitive() { &Permission::ALL } else { &rest }));
        Self { first: first.collect(), more: more.collect() }
    }

    /// Whether something is ticked that stands apart.
    pub(super) fn has_more(&self) -> bool {
        self.more.iter().flat_map(|one| &one.boxes).any(|one| one.is_chosen)
    }
}

/// The permissions that were ticked. Who may do something with a paper sees that it is there.
pub(super) fn scope(typed: &Typed) -> Vec<(Category, Permissions)> {
    let ticked = |category: Category| {
        let all = Permission::ALL.into_iter().filter(|one| typed.contains_key(&box_name(category, *one)));
        Permissions::of(all)
    };
    let all = CATEGORIES.into_iter().map(|category| (category, ticked(category)));
    let some = all.filter(|(_, permissions)| !permissions.is_none());
    some.map(|(category, permissions)| (category, permissions.or(Permissions::of([Permission::List])))).collect()
}
