//! The query, its signature, and what its answer says.

use std::time::{Duration, UNIX_EPOCH};

use super::*;

/// 30 August 2015, 12:36 UTC.
const AT: Duration = Duration::from_mins(24_015_636);
const ANSWER: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <requestId>r</requestId>
  <reservationSet>
    <item>
      <reservationId>r-1</reservationId>
      <groupSet><item><groupId>sg-1</groupId></item></groupSet>
      <instancesSet>
        <item>
          <instanceId>i-1</instanceId>
          <instanceState><code>16</code><name>running</name></instanceState>
          <privateIpAddress>10.0.0.7</privateIpAddress>
          <ipAddress>198.51.100.7</ipAddress>
          <networkInterfaceSet>
            <item><association><publicIp>192.0.2.1</publicIp></association></item>
          </networkInterfaceSet>
        </item>
        <item><instanceId>i-2</instanceId><ipAddress>203.0.113.9</ipAddress></item>
      </instancesSet>
    </item>
    <item>
      <instancesSet>
        <item><instanceId>i-3</instanceId><privateIpAddress>10.0.0.9</privateIpAddress></item>
        <item><instanceId>i-4</instanceId><ipAddress/></item>
      </instancesSet>
    </item>
  </reservationSet>
</DescribeInstancesResponse>
"#;

#[test]
fn a_form_is_signed_as_in_the_test_suite_of_aws() -> Result<(), BoxError> {
    let key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    let credentials = Credentials::new("AKIDEXAMPLE", key, None, None, "test");
    let sent = ("https://example.amazonaws.com/", "Param1=value1");
    let headers = signature(sent, ("us-east-1", "service"), (credentials, UNIX_EPOCH + AT))?;
    let told = |name: &str| headers.iter().find(|it| it.0 == name).map(|it| it.1.as_str());
    assert_eq!(told("x-amz-date"), Some("20150830T123600Z"));
    let expected = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
                    SignedHeaders=content-type;host;x-amz-date, \
                    Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a";
    assert_eq!(told("authorization"), Some(expected));
    Ok(())
}

#[test]
fn the_credentials_of_a_role_bring_their_token_along() -> Result<(), BoxError> {
    let credentials = Credentials::new("id", "key", Some("a-token".to_owned()), None, "test");
    let sent = ("https://ec2.eu-west-1.amazonaws.com/", "");
    let headers = signature(sent, ("eu-west-1", "ec2"), (credentials, UNIX_EPOCH + AT))?;
    assert!(headers.contains(&("x-amz-security-token".to_owned(), "a-token".to_owned())));
    Ok(())
}

#[test]
fn a_query_names_each_instance() {
    let ids = ["i-1".to_owned(), "i-2".to_owned()];
    assert_eq!(
        query(&ids),
        "Action=DescribeInstances&Version=2016-11-15&Filter.1.Name=instance-id\
         &Filter.1.Value.1=i-1&Filter.1.Value.2=i-2"
    );
}

#[test]
fn an_instance_is_reached_at_its_public_address_and_at_no_other() -> Result<(), BoxError> {
    let expected = [("i-1", "198.51.100.7"), ("i-2", "203.0.113.9")];
    let told: Vec<_> = read(ANSWER)?.into_iter().map(|it| (it.0, it.1.to_string())).collect();
    assert_eq!(told, expected.map(|(id, ip)| (id.to_owned(), ip.to_owned())));
    Ok(())
}

#[test]
fn half_an_answer_is_none() {
    for len in 0..ANSWER.trim_end().len() {
        assert!(read(ANSWER.get(..len).unwrap_or_default()).is_err(), "{len}");
    }
}

#[test]
fn a_refusal_tells_its_code_and_its_text() {
    let body = "<Response><Errors><Error><Code>UnauthorizedOperation</Code>\
                <Message>You are not &quot;authorized&quot;.</Message></Error></Errors></Response>";
    let expected = ("UnauthorizedOperation".to_owned(), "You are not \"authorized\".".to_owned());
    assert_eq!(refusal(body.as_bytes()), expected);
    assert_eq!(refusal(b"no XML"), (String::new(), String::new()));
}
