//! Organisations: who belongs there, who lets them in, how it ends. Second factors.

mod attacks;
mod factors;
mod life;
mod pages;
