//! Passwords and tokens, kept by the Cognito user pool. The user name there is our [`UserId`].

use aws_sdk_cognitoidentityprovider::Client;
use aws_sdk_cognitoidentityprovider::operation::admin_create_user::AdminCreateUserError;
use aws_sdk_cognitoidentityprovider::operation::admin_initiate_auth::{
    AdminInitiateAuthError, AdminInitiateAuthOutput,
};
use aws_sdk_cognitoidentityprovider::operation::revoke_token::RevokeTokenError;
use aws_sdk_cognitoidentityprovider::types::{AttributeType, AuthFlowType, MessageActionType};
use domain::Error;
use domain::id::UserId;
use domain::people::account::Email;

use crate::aws::{Aws, failed};

/// What a sign-in gives; a secret, so it has no `Debug`.
pub struct Tokens {
    /// Sent with each request, as `Authorization: Bearer`.
    pub access_token: String,
    /// Seconds the access token is good for.
    pub expires_in_secs: i32,
    /// Gives a new access token; absent when only refreshed.
    pub refresh_token: Option<String>,
}

/// The user pool.
#[derive(Clone, Debug)]
pub struct UserPool {
    client: Client,
    pool_id: String,
}

/// The user pool with the client that signs people in.
#[derive(Clone, Debug)]
pub struct SignIn {
    pool: UserPool,
    client_id: String,
}

const CONTEXT: &str = "the sign-in service";

fn attribute(name: &str, value: &str) -> Result<AttributeType, Error> {
    let attribute = AttributeType::builder().name(name).value(value).build();
    attribute.map_err(|error| Error::broken("a user attribute cannot be written", error))
}

impl UserPool {
    /// The pool called `pool_id`.
    #[must_use]
    pub fn new(aws: &Aws, pool_id: String) -> Self {
        Self { client: Client::new(&aws.config), pool_id }
    }

    /// Makes the person known; doing it again changes nothing. The pool sends no mail.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn create(&self, user_id: &UserId, email: &Email) -> Result<(), Error> {
        let created = self
            .client
            .admin_create_user()
            .user_pool_id(&self.pool_id)
            .username(user_id.as_str())
            .user_attributes(attribute("email", email.as_str())?)
            .message_action(MessageActionType::Suppress)
            .send()
            .await;
        match created {
            Ok(_) => Ok(()),
            Err(error) => match error.as_service_error() {
                Some(AdminCreateUserError::UsernameExistsException(_)) => Ok(()),
                _ => Err(failed(CONTEXT)(error)),
            },
        }
    }

    /// Sets a password, which also confirms the person to the pool.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn set_password(&self, user_id: &UserId, password: &str) -> Result<(), Error> {
        self.client
            .admin_set_user_password()
            .user_pool_id(&self.pool_id)
            .username(user_id.as_str())
            .password(password)
            .permanent(true)
            .send()
            .await
            .map(drop)
            .map_err(failed(CONTEXT))
    }

    /// Notes that the person proved their address.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn mark_verified(&self, user_id: &UserId) -> Result<(), Error> {
        self.client
            .admin_update_user_attributes()
            .user_pool_id(&self.pool_id)
            .username(user_id.as_str())
            .user_attributes(attribute("email_verified", "true")?)
            .send()
            .await
            .map(drop)
            .map_err(failed(CONTEXT))
    }
}

impl SignIn {
    /// The pool's client called `client_id`.
    #[must_use]
    pub fn new(pool: UserPool, client_id: String) -> Self {
        Self { pool, client_id }
    }

    /// The pool itself.
    #[must_use]
    pub fn pool(&self) -> &UserPool {
        &self.pool
    }

    /// Tokens for the right password, `None` for a wrong one.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn with_password(
        &self,
        user_id: &UserId,
        password: &str,
    ) -> Result<Option<Tokens>, Error> {
        let parameters = [("USERNAME", user_id.as_str()), ("PASSWORD", password)];
        self.authenticate(AuthFlowType::AdminUserPasswordAuth, parameters).await
    }

    /// New tokens for a good refresh token, `None` for one that expired or was revoked.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn with_refresh_token(&self, token: &str) -> Result<Option<Tokens>, Error> {
        self.authenticate(AuthFlowType::RefreshTokenAuth, [("REFRESH_TOKEN", token)]).await
    }

    async fn authenticate<const N: usize>(
        &self,
        flow: AuthFlowType,
        parameters: [(&str, &str); N],
    ) -> Result<Option<Tokens>, Error> {
        let mut request = self
            .pool
            .client
            .admin_initiate_auth()
            .user_pool_id(&self.pool.pool_id)
            .client_id(&self.client_id)
            .auth_flow(flow);
        for (name, value) in parameters {
            request = request.auth_parameters(name, value);
        }
        match request.send().await {
            Ok(answer) => Ok(tokens(answer)),
            Err(error) => match error.as_service_error() {
                Some(
                    AdminInitiateAuthError::NotAuthorizedException(_)
                    | AdminInitiateAuthError::UserNotFoundException(_)
                    | AdminInitiateAuthError::InvalidParameterException(_),
                ) => Ok(None),
                _ => Err(failed(CONTEXT)(error)),
            },
        }
    }

    /// Makes a refresh token worthless; one that is no token already is.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn revoke(&self, token: &str) -> Result<(), Error> {
        let request = self.pool.client.revoke_token().client_id(&self.client_id).token(token);
        match request.send().await {
            Ok(_) => Ok(()),
            Err(error) => match error.as_service_error() {
                Some(
                    RevokeTokenError::InvalidParameterException(_)
                    | RevokeTokenError::UnauthorizedException(_)
                    | RevokeTokenError::UnsupportedTokenTypeException(_),
                ) => Ok(()),
                _ => Err(failed(CONTEXT)(error)),
            },
        }
    }

    /// Ends every session of a person: no refresh token works any more, and an access token that is
    /// out already ends by itself within its quarter of an hour.
    ///
    /// # Errors
    ///
    /// `unavailable`.
    pub async fn end_sessions(&self, user_id: &UserId) -> Result<(), Error> {
        self.pool
            .client
            .admin_user_global_sign_out()
            .user_pool_id(&self.pool.pool_id)
            .username(user_id.as_str())
            .send()
            .await
            .map(drop)
            .map_err(failed(CONTEXT))
    }
}

fn tokens(answer: AdminInitiateAuthOutput) -> Option<Tokens> {
    let result = answer.authentication_result?;
    Some(Tokens {
        access_token: result.access_token?,
        expires_in_secs: result.expires_in,
        refresh_token: result.refresh_token,
    })
}
