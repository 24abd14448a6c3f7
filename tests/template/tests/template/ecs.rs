//! Our own GPU cloud: what is made of it and when, who may do what there, and what a host keeps from
//! the pods that it runs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::source::{Template, each_of, json as read_json, object, root, text};

/// The functions that may see its machines and end them.
const MACHINES: [&str; 4] = ["OnAccountDue", "OnPodWanted", "StepLaunchPod", "StepProbePod"];

impl Template {
    /// Whether a condition holds under these parameters; the others have their defaults.
    fn holds(&self, condition: &Value, given: &BTreeMap<&str, &str>) -> bool {
        let (name, value) = match condition {
            Value::String(name) => return self.holds(&self.conditions[name], given),
            condition => {
                let function = object(condition).next();
                function.unwrap_or_else(|| panic!("no function: {condition}"))
            }
        };
        let mut each = each_of(value).map(|it| match it {
            Value::Object(fields) if fields.contains_key("Ref") => {
                let name = text(&it["Ref"]);
                let default = text(&self.parameters[&name]["Default"]);
                Value::from(given.get(name.as_str()).map_or(default, ToString::to_string))
            }
            other => other.clone(),
        });
        match name.as_str() {
            "Condition" => self.holds(value, given),
            "Fn::Equals" => each.next() == each.next(),
            "Fn::Not" => each.all(|it| !self.holds(&it, given)),
            "Fn::And" => each.all(|it| self.holds(&it, given)),
            "Fn::Or" => each.any(|it| self.holds(&it, given)),
            other => panic!("{other}"),
        }
    }

    /// The logical ids of what is made of our own cloud under these parameters.
    fn made(&self, given: &[(&str, &str)]) -> BTreeSet<&str> {
        let given = given.iter().copied().collect();
        let ours = self.resources.iter().filter(|(id, _)| id.starts_with("Ecs"));
        let made = ours.filter(|(_, it)| self.holds(&it["Condition"], &given));
        made.map(|(id, _)| id.as_str()).collect()
    }
}

#[test]
fn nothing_of_it_is_made_until_an_operator_names_a_type() {
    let template = Template::read();
    assert_eq!(template.made(&[]), BTreeSet::new());
    let prices = [("EcsUsdPerHour1", "1"), ("EcsSpotUsdPerHour2", "1")];
    assert_eq!(template.made(&prices), BTreeSet::new(), "a price without a type");
    // No part of the product needs any of it.
    for (id, resource) in &template.resources {
        let names_it = resource.to_string().contains("Ecs");
        assert!(id.starts_with("Ecs") || !names_it, "{id}");
    }
}

#[test]
fn each_type_has_its_own_hosts_and_spot_hosts_only_where_they_have_a_price() {
    let template = Template::read();
    let own = |made: &BTreeSet<&str>| -> BTreeSet<String> {
        let numbered = made.iter().filter(|id| id.ends_with(['1', '2', '3']));
        numbered.filter(|id| !id.contains("Subnet")).map(ToString::to_string).collect()
    };
    let set = |ids: &[&str]| ids.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
    for number in ["1", "2", "3"] {
        let kind = format!("EcsInstanceType{number}");
        let spot_price = format!("EcsSpotUsdPerHour{number}");
        let made = template.made(&[(&kind, "g6.xlarge")]);
        let [hosts, capacity] = ["EcsHosts", "EcsCapacity"].map(|it| format!("{it}{number}"));
        assert_eq!(own(&made), set(&[&hosts, &capacity]));
        assert!(made.contains("EcsCluster") && made.contains("EcsJupyterTask"));
        let made = template.made(&[(&kind, "g6.xlarge"), (&spot_price, "0.4")]);
        let spot = ["EcsSpotHosts", "EcsSpotCapacity"].map(|it| format!("{it}{number}"));
        assert_eq!(own(&made), set(&[&hosts, &capacity, &spot[0], &spot[1]]));
    }
}

#[test]
fn hosts_begin_at_none_come_with_tasks_and_stay_as_long_as_they_have_one() {
    let template = Template::read();
    let groups: Vec<_> = template.of_type("AWS::AutoScaling::AutoScalingGroup").collect();
    assert_eq!(groups.len(), 6);
    for (id, group) in groups {
        assert_eq!((&group["MinSize"], &group["DesiredCapacity"]), (&json!("0"), &Value::Null));
        assert_eq!(group["NewInstancesProtectedFromScaleIn"], true, "{id}");
        let ways = &group["MixedInstancesPolicy"]["InstancesDistribution"];
        let number = &id[id.len() - 1..];
        let (on_demand, ceiling) = if id.contains("Spot") {
            (0, json!({"Ref": format!("EcsSpotUsdPerHour{number}")}))
        } else {
            (100, Value::Null)
        };
        assert_eq!(ways["OnDemandPercentageAboveBaseCapacity"], on_demand, "{id}");
        assert_eq!(ways["SpotMaxPrice"], ceiling, "{id}: sold at what it may cost");
        let provider = &template.resources[&id.replace("Hosts", "Capacity")]["Properties"];
        let scaled = &provider["AutoScalingGroupProvider"];
        assert_eq!(scaled["AutoScalingGroupArn"]["Ref"], *id);
        assert_eq!(scaled["ManagedScaling"]["Status"], "ENABLED", "{id}");
        assert_eq!(scaled["ManagedTerminationProtection"], "ENABLED", "{id}");
        let kind = json!({"Ref": format!("EcsInstanceType{number}")});
        let overrides = &group["MixedInstancesPolicy"]["LaunchTemplate"]["Overrides"];
        assert_eq!(*overrides, json!([{"InstanceType": kind}]), "{id}");
        assert_eq!(provider["Tags"][0], json!({"Key": "gpubroker:instance-type", "Value": kind}));
        assert!(provider["Tags"][1].to_string().contains("gpubroker:usd-per-hour"), "{id}");
        let ending = if id.contains("Spot") { "-spot" } else { "" };
        let name = format!("${{AWS::StackName}}-gpu-${{EcsInstanceType{number}}}{ending}");
        let dashed = json!({"Fn::Join": ["-", {"Fn::Split": [".", {"Fn::Sub": name}]}]});
        assert_eq!(provider["Name"], dashed, "{id}: as the adapter composes it");
    }
}

#[test]
fn every_template_has_its_task_definition_and_no_task_has_a_role() {
    let template = Template::read();
    let seeds = read_json(&root().join("infra/seeds/templates.json"));
    let mut expected = BTreeMap::new();
    for seed in each_of(&seeds) {
        let serves_by_itself = seed["start_command"] == "" && seed["ports"] != json!([]);
        let command = if serves_by_itself { Value::Null } else { json!(["eval \"$POD_BOOT\""]) };
        let family = format!("${{AWS::StackName}}-gpu-{}", text(&seed["id"]));
        let ports: Vec<_> = each_of(&seed["ports"]).cloned().collect();
        expected.insert(family, (seed["image"].clone(), command, ports));
    }
    let mut found = BTreeMap::new();
    for (id, task) in template.of_type("AWS::ECS::TaskDefinition") {
        assert_eq!(task["NetworkMode"], "host", "{id}");
        for none in ["TaskRoleArn", "ExecutionRoleArn", "Volumes"] {
            assert!(task[none].is_null(), "{id}: {none}");
        }
        let containers: Vec<_> = each_of(&task["ContainerDefinitions"]).collect();
        let [pod] = containers[..] else { panic!("{id}: one container is expected") };
        assert_eq!((&pod["Name"], &pod["Privileged"]), (&json!("pod"), &Value::Null), "{id}");
        assert_eq!(pod["ResourceRequirements"], json!([{"Type": "GPU", "Value": "1"}]), "{id}");
        let dropped = &pod["LinuxParameters"]["Capabilities"]["Drop"];
        assert_eq!(*dropped, json!(["NET_RAW"]), "{id}: raw packets pass by the host's rules");
        let shell = if pod["Command"].is_null() { Value::Null } else { json!(["sh", "-c"]) };
        assert_eq!(pod["EntryPoint"], shell, "{id}");
        let ports = each_of(&pod["PortMappings"]).map(|it| it["ContainerPort"].clone()).collect();
        let told = (pod["Image"].clone(), pod["Command"].clone(), ports);
        found.insert(text(&task["Family"]["Fn::Sub"]), told);
    }
    assert_eq!(found, expected);
}

#[test]
fn a_host_opens_what_templates_serve_and_keeps_its_own_credentials() {
    let template = Template::read();
    let seeds = read_json(&root().join("infra/seeds/templates.json"));
    let served = each_of(&seeds).flat_map(|seed| each_of(&seed["ports"]));
    let expected: BTreeSet<_> = served.filter_map(Value::as_u64).chain([22]).collect();
    let group = &template.resources["EcsSecurityGroup"]["Properties"]["SecurityGroupIngress"];
    let open: BTreeSet<_> = each_of(group).filter_map(|it| it["FromPort"].as_u64()).collect();
    assert_eq!(open, expected);
    assert!(each_of(group).all(|it| it["FromPort"] == it["ToPort"] && it["IpProtocol"] == "tcp"));

    let host = &template.resources["EcsHosts"]["Properties"]["LaunchTemplateData"];
    let metadata = json!({"HttpTokens": "required", "HttpPutResponseHopLimit": 1});
    assert_eq!(host["MetadataOptions"], metadata);
    assert_eq!(host["BlockDeviceMappings"][0]["Ebs"]["VolumeSize"], 150, "as the offers count");
    let script = text(&host["UserData"]["Fn::Base64"]["Fn::Sub"]);
    assert!(script.starts_with("#!/bin/bash\nset -euo pipefail\n"), "what fails ends it");
    let place = |part: &str| script.find(part).unwrap_or_else(|| panic!("{part}"));
    let joins = place("ECS_CLUSTER=${EcsCluster}");
    let blocked = "-m cgroup --path ecstasks.slice -j REJECT";
    for before in [
        "shutdown -h now",
        "systemctl disable --now sshd",
        &format!("iptables -I OUTPUT -d 169.254.169.254 {blocked}"),
        &format!("ip6tables -I OUTPUT -d fd00:ec2::254 {blocked}"),
    ] {
        assert!(place(before) < joins, "{before}");
    }
    assert!(place("ECS_DISABLE_PRIVILEGED=true") > joins);
}

#[test]
fn only_who_launches_lists_and_ends_machines_may_do_anything_in_our_cluster() {
    let template = Template::read();
    let mut may: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (id, policy) in template.of_type("AWS::IAM::Policy") {
        let statements: Vec<_> = each_of(&policy["PolicyDocument"]["Statement"]).collect();
        let actions = statements.iter().flat_map(|it| each_of(&it["Action"])).map(text);
        let actions: BTreeSet<_> = actions.collect();
        for role in each_of(&policy["Roles"]) {
            let role = text(&role["Ref"]);
            let function = role.strip_suffix("Role").unwrap_or_else(|| panic!("{id}: {role}"));
            may.entry(function.to_owned()).or_default().extend(actions.clone());
        }
    }
    let set = |all: &[&str]| all.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
    let machines = set(&[
        "ec2:DescribeInstances",
        "ecs:DescribeCapacityProviders",
        "ecs:DescribeContainerInstances",
        "ecs:DescribeTasks",
        "ecs:ListTasks",
        "ecs:StopTask",
    ]);
    let mut expected: BTreeMap<_, _> =
        MACHINES.map(|function| (function.to_owned(), machines.clone())).into();
    let offers = set(&["ecs:DescribeCapacityProviders", "ecs:DescribeClusters"]);
    expected.insert("OnOffersDue".to_owned(), offers);
    let launches = set(&["ecs:RunTask", "ecs:TagResource"]);
    expected.entry("StepLaunchPod".to_owned()).or_default().extend(launches);
    assert_eq!(may, expected);
    // Tasks have no role, so nobody needs to hand one on.
    for (id, statement) in template.statements() {
        assert!(!statement["Action"].to_string().contains("iam:"), "{id}");
        let of_functions = each_of(&statement["Action"]).any(|it| text(it).starts_with("ecs:"));
        assert!(!of_functions || id.starts_with("Ecs"), "{id}");
        let cluster = json!({"Fn::GetAtt": ["EcsCluster", "Arn"]});
        if ["ecs:ListTasks", "ecs:RunTask"].map(Value::from).contains(&statement["Action"]) {
            assert_eq!(statement["Condition"]["ArnEquals"]["ecs:cluster"], cluster, "{id}");
        }
    }
}
