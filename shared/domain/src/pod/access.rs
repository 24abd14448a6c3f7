//! How a pod's owner reaches it. The tokens that let them in are derived, never stored.

use super::{Address, ConnectionDetails, Pod, PodState};
use crate::id::PodId;
use crate::people::code::{Pepper, Purpose, same_secret};

/// The token of a pod's mailed activation link.
#[must_use]
pub fn activation_token(pod_id: &PodId, pepper: &Pepper) -> String {
    pepper.token(Purpose::ActivatePod, &[pod_id.as_str()])
}

/// Whether `token` is that of the pod's activation link.
#[must_use]
pub fn is_activation_token(token: &str, pod_id: &PodId, pepper: &Pepper) -> bool {
    same_secret(token, &activation_token(pod_id, pepper))
}

impl Pod {
    /// The token of its Jupyter, if its template has one.
    #[must_use]
    pub fn jupyter_token(&self, pepper: &Pepper) -> Option<String> {
        let port = self.quote.configuration.template.jupyter_port;
        port.map(|_| pepper.token(Purpose::Jupyter, &[self.id.as_str()]))
    }

    /// How its owner reaches it; only while it runs.
    #[must_use]
    pub fn connection(&self, pepper: &Pepper) -> Option<ConnectionDetails> {
        let address = self.address.clone().filter(|_| self.state == PodState::Running)?;
        let Address { host, ssh_port, ssh_user, .. } = &address;
        let port = self.quote.configuration.template.jupyter_port;
        let jupyter = port.zip(self.jupyter_token(pepper));
        Some(ConnectionDetails {
            ssh_command: format!("ssh -p {ssh_port} {ssh_user}@{host}"),
            jupyter_url: jupyter
                .map(|(port, token)| (address.public_port(port), token))
                .map(|(port, token)| format!("http://{host}:{port}/?token={token}")),
            address,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn a_jupyter_is_opened_by_a_token_of_its_own() {
        let pepper = Pepper::new("a pepper");
        let token = |number, port| {
            let mut pod = sample::pod(number);
            pod.quote.configuration.template.jupyter_port = port;
            pod.jupyter_token(&pepper)
        };
        assert_eq!(token(1, None), None);
        let opened = token(1, Some(8_888)).expect("a token");
        assert_eq!(opened.len(), 32);
        assert_ne!(token(2, Some(8_888)), Some(opened.clone()), "another pod's");
        assert_ne!(activation_token(&sample::pod(1).id, &pepper), opened);
    }
}
