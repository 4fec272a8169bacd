//! What can go wrong between us and an identity provider. Each case has a code that never changes; none carries a
//! token, a name or words from outside. Sentences for people are in the catalogue, by code.

/// A request to the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// `/.well-known/openid-configuration`.
    Discovery,
    /// The provider's public keys.
    Keys,
    /// The exchange of the code for tokens.
    Token,
    /// The claims about the person.
    Userinfo,
}

impl Step {
    /// The word used in logs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Discovery => "discovery",
            Self::Keys => "keys",
            Self::Token => "token",
            Self::Userinfo => "userinfo",
        }
    }
}

/// Why a signed answer (`id_token` or userinfo) is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFault {
    /// It can't be read, or lacks a claim it must have.
    Malformed,
    /// It is encrypted, and we have no key for that issuer.
    Encrypted,
    /// It is encrypted to a key that is not ours.
    DecryptionKey,
    /// It does not open with our key.
    Decryption,
    /// What was encrypted is not a signed token.
    NotSigned,
    /// Not ES256 or RS256. `none` and shared-secret algorithms are always this.
    Algorithm,
    /// Signed by a key the issuer does not publish.
    UnknownKey,
    /// The signature does not verify.
    Signature,
    /// Another issuer's.
    Issuer,
    /// Meant for another client, or for several.
    Audience,
    /// Past its end.
    Expired,
    /// From the future.
    NotYet,
    /// About another person than the `id_token`.
    Subject,
    /// Made for another access token (`at_hash`).
    AccessToken,
}

/// Why somebody could not be signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The person said no at the provider (`access_denied`).
    #[error("the person refused at the identity provider")]
    Refused,
    /// The provider answered with another error of RFC 6749 §4.1.2.1 or OIDC Core §3.1.2.6, given here
    /// (`other` when it is none of them).
    #[error("the identity provider answered with an error ({0})")]
    Provider(&'static str),
    /// The provider does not answer, or says it can't now. Trying again later may work.
    #[error("the identity provider is away ({})", .0.code())]
    ProviderAway(Step),
    /// The provider's answer is not what the specifications say, or is too large.
    #[error("the identity provider's answer can't be used ({})", .0.code())]
    BadAnswer(Step),
    /// The answer is not for this sign-in (RFC 6749 §10.12).
    #[error("the answer is not for this sign-in")]
    WrongState,
    /// The answer comes from another issuer (RFC 9207).
    #[error("the answer comes from another issuer")]
    WrongIssuer,
    /// The `id_token` is not for this sign-in (OIDC Core §3.1.3.7, item 11).
    #[error("the identity token is not for this sign-in")]
    WrongNonce,
    /// The authentication level is not one that is accepted (item 12).
    #[error("the authentication level is not accepted")]
    WrongAcr,
    /// A new proof was asked for, and the issuer vouches for an earlier one, or does not say.
    #[error("the person has not proved again who they are")]
    NotAgain,
    /// The sign-in began too long ago.
    #[error("the sign-in began too long ago")]
    Stale,
    /// Neither a code nor an error came back.
    #[error("the answer holds no code")]
    NoCode,
    /// The code is unknown, used or expired (`invalid_grant`).
    #[error("the identity provider refused the code")]
    CodeRefused,
    /// The provider does not know us, or refuses our secret. For the operator.
    #[error("the identity provider refused this service")]
    ClientRefused,
    /// A signed answer is not believed.
    #[error("a signed answer is not believed ({})", self.code())]
    BadToken(TokenFault),
    /// A setting, named here, can't work. For the operator.
    #[error("a setting of the identity provider can't work ({0})")]
    Settings(&'static str),
}

impl IdentityError {
    /// The stable code, for the journal, logs and the catalogue of sentences.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Refused => "identity_refused",
            Self::Provider(_) => "identity_provider_error",
            Self::ProviderAway(_) => "identity_provider_away",
            Self::BadAnswer(_) => "identity_bad_answer",
            Self::WrongState => "identity_wrong_state",
            Self::WrongIssuer => "identity_wrong_issuer",
            Self::WrongNonce => "identity_wrong_nonce",
            Self::WrongAcr => "identity_wrong_acr",
            Self::NotAgain => "identity_not_again",
            Self::Stale => "identity_stale",
            Self::NoCode => "identity_no_code",
            Self::CodeRefused => "identity_code_refused",
            Self::ClientRefused => "identity_client_refused",
            Self::Settings(_) => "identity_settings",
            Self::BadToken(fault) => match fault {
                TokenFault::Malformed => "identity_token_malformed",
                TokenFault::Encrypted => "identity_token_encrypted",
                TokenFault::DecryptionKey => "identity_token_decryption_key",
                TokenFault::Decryption => "identity_token_decryption",
                TokenFault::NotSigned => "identity_token_not_signed",
                TokenFault::Algorithm => "identity_token_algorithm",
                TokenFault::UnknownKey => "identity_token_unknown_key",
                TokenFault::Signature => "identity_token_signature",
                TokenFault::Issuer => "identity_token_issuer",
                TokenFault::Audience => "identity_token_audience",
                TokenFault::Expired => "identity_token_expired",
                TokenFault::NotYet => "identity_token_not_yet",
                TokenFault::Subject => "identity_token_subject",
                TokenFault::AccessToken => "identity_token_access_token",
            },
        }
    }
}
