//! The public addresses of EC2 instances, by one signed query. The SDK for EC2 is several times as
//! large as all others that this project compiles:
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html>.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::SystemTime;

use aws_sdk_ecs::config::{Credentials, ProvideCredentials};
use aws_sdk_ecs::error::BoxError;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_xml::decode::{Document, ScopedDecoder, XmlDecodeError, try_data};

use super::api::Api;
use crate::http::{Act, Http, Outcome};

const FORM: &str = "application/x-www-form-urlencoded";
/// A filter takes 200 values.
const INSTANCES_MAX: usize = 100;
/// How a whole answer ends.
const END: &str = "</DescribeInstancesResponse>";

/// The public addresses of those of these instances that have one.
pub(super) async fn addresses(
    http: &Http,
    act: &mut Act<'_>,
    api: &Api,
    ids: &[String],
) -> Outcome<BTreeMap<String, IpAddr>> {
    let mut found = BTreeMap::new();
    for ids in ids.chunks(INSTANCES_MAX) {
        let credentials = api.credentials.provide_credentials().await;
        let credentials = credentials.map_err(|error| act.unknown(error))?;
        let body = query(ids);
        let scope = (api.cluster.region.as_str(), "ec2");
        let headers = signature((&api.ec2_url, &body), scope, (credentials, now()));
        let headers = headers.map_err(|error| act.unknown(error))?;
        let request = http.post_to(&api.ec2_url).header("content-type", FORM);
        let add = |request: reqwest::RequestBuilder, (name, value)| request.header(name, value);
        let request = headers.into_iter().fold(request, add);
        let answer = act.exchange(request.body(body)).await?;
        let text = String::from_utf8_lossy(&answer);
        let told = read(&text).map_err(|error| act.unknown(error))?;
        found.extend(told);
    }
    Ok(found)
}

/// The query. A filter leaves out instances that are gone, where a list of identifiers would be
/// refused for one of them.
fn query(ids: &[String]) -> String {
    let values: Vec<_> =
        (1..).zip(ids).map(|(number, id)| format!("&Filter.1.Value.{number}={id}")).collect();
    let filter = "Filter.1.Name=instance-id";
    format!("Action=DescribeInstances&Version=2016-11-15&{filter}{}", values.concat())
}

#[expect(clippy::disallowed_methods, reason = "a signature holds for minutes, whoever asks")]
fn now() -> SystemTime {
    SystemTime::now()
}

/// The headers that say who sends the form `body` to `url`.
fn signature(
    (url, body): (&str, &str),
    (region, service): (&str, &str),
    (credentials, at): (Credentials, SystemTime),
) -> Result<Vec<(String, String)>, BoxError> {
    let identity = credentials.into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(service)
        .time(at)
        .settings(SigningSettings::default())
        .build()?
        .into();
    let content_type = std::iter::once(("content-type", FORM));
    let bytes = SignableBody::Bytes(body.as_bytes());
    let request = SignableRequest::new("POST", url, content_type, bytes)?;
    let (signed, _) = sign(request, &params)?.into_parts();
    Ok(signed.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// The addresses in an answer.
fn read(xml: &str) -> Result<BTreeMap<String, IpAddr>, XmlDecodeError> {
    // The decoder takes an answer that breaks off for one that ends.
    if !xml.trim_end().ends_with(END) {
        return Err(XmlDecodeError::custom("the answer breaks off"));
    }
    let (mut document, mut found) = (Document::new(xml), BTreeMap::new());
    let mut root = document.root_element()?;
    each(&mut root, "reservationSet", &mut |reservations| {
        each(reservations, "item", &mut |reservation| {
            each(reservation, "instancesSet", &mut |instances| {
                each(instances, "item", &mut |instance| {
                    found.extend(instance_of(instance)?);
                    Ok(())
                })
            })
        })
    })?;
    Ok(found)
}

type Visit<'v> = &'v mut dyn FnMut(&mut ScopedDecoder<'_, '_>) -> Result<(), XmlDecodeError>;

/// Visits each element of this name right inside another one.
fn each(
    scope: &mut ScopedDecoder<'_, '_>,
    name: &str,
    visit: Visit<'_>,
) -> Result<(), XmlDecodeError> {
    while let Some(mut tag) = scope.next_tag() {
        if tag.start_el().matches(name) {
            visit(&mut tag)?;
        }
    }
    Ok(())
}

fn instance_of(
    instance: &mut ScopedDecoder<'_, '_>,
) -> Result<Option<(String, IpAddr)>, XmlDecodeError> {
    let (mut id, mut ip) = (None, None);
    while let Some(mut tag) = instance.next_tag() {
        if tag.start_el().matches("instanceId") {
            id = Some(try_data(&mut tag)?.into_owned());
        } else if tag.start_el().matches("ipAddress") {
            ip = try_data(&mut tag)?.parse().ok();
        }
    }
    Ok(id.zip(ip))
}

/// The code and the text of a refusal.
pub(super) fn refusal(body: &[u8]) -> (String, String) {
    let text = String::from_utf8_lossy(body);
    let told = |name: &str| told(&text, name).unwrap_or_default().into_owned();
    (told("Code"), told("Message"))
}

/// What `<name>` says wherever it first stands.
fn told<'a>(xml: &'a str, name: &str) -> Option<Cow<'a, str>> {
    let mut document = Document::new(xml);
    while let Some(element) = document.next_start_element() {
        if element.matches(name) {
            return try_data(&mut document.scoped_to(element)).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests;
