//! What machines are told to run, as far as the ports at which they serve depend on it.

use serde_json::Value;

/// The ports that the container publishes, according to its cloud-init or to a script whose words
/// are all quoted.
pub(super) fn published(user_data: &str) -> Vec<u16> {
    let Some(json) = user_data.strip_prefix("#cloud-config\n") else {
        let words = user_data.split_whitespace().map(|word| word.trim_matches('\''));
        return among(&words.collect::<Vec<_>>());
    };
    let config: Value = serde_json::from_str(json).unwrap_or_default();
    let commands = config["runcmd"].as_array().into_iter().flatten();
    let words: Vec<&str> = commands
        .flat_map(|command| command.as_array().into_iter().flatten())
        .filter_map(Value::as_str)
        .collect();
    among(&words)
}

fn among(words: &[&str]) -> Vec<u16> {
    let published = words.windows(2).filter(|pair| pair.first() == Some(&"--publish"));
    let port = |pair: &[&str]| pair.get(1)?.split(':').next()?.parse().ok();
    published.filter_map(port).collect()
}
