//! What institutions' servers are told: the vector, which openssl made, is what the program signs.

use consigne::vault::webhooks::WebhookKey;
use data_encoding::BASE64URL_NOPAD;

use super::{array, text, vectors};

#[test]
fn the_program_signs_as_the_vector_does() {
    let vector = vectors("webhook");
    let key = WebhookKey::from_seed(&array(&vector, "seed")).unwrap();
    let (name, public) = key.published();
    assert_eq!((name, public.as_str()), (text(&vector, "kid"), text(&vector, "x")));
    let body = text(&vector, "body").as_bytes();
    let signature = key.sign(body);
    assert_eq!(signature, text(&vector, "signature"));
    let head = BASE64URL_NOPAD.decode(signature.split('.').next().unwrap().as_bytes()).unwrap();
    assert_eq!(String::from_utf8(head).unwrap(), text(&vector, "head"));
    assert_ne!(key.sign(&[body, b" "].concat()), signature);
}
