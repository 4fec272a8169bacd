//! Institutions: how their programs come in, what they ask for, what they are handed.

mod tokens;
