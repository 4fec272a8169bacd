//! Papers that Consigne makes: who helps, that help is over, what was added; and what anybody is told of one by its code.

mod attested;
mod checked;
mod elsewhere;
mod receipts;
