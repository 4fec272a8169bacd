//! Codes and numbers of entries: each is given once.

use super::*;

#[test]
fn codes_and_numbers_are_never_given_twice() {
    fn distinct<T: Ord>(mut values: Vec<T>) -> bool {
        let all = values.len();
        values.sort();
        values.dedup();
        values.len() == all
    }
    assert!(distinct(Action::ALL.iter().map(|a| a.number()).collect()));
    assert!(distinct(Action::ALL.iter().map(|a| a.code()).collect()));
    assert!(distinct(Reason::ALL.iter().map(|a| a.number()).collect()));
    assert!(distinct(Reason::ALL.iter().map(|a| a.code()).collect()));
    for action in Action::ALL {
        assert_eq!(Action::from_number(action.number()), Some(*action));
    }
}
