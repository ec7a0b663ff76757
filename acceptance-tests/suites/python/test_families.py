"""IPv6 beside IPv4, fixed addresses, and notifications."""

from harness.bridge import ADDRESS, Bridge
from harness.simulator import LATER

TOPIC = "arn:aws:sns:ap-northeast-1:111111111111:events"


def test_a_bridge_of_both_families_is_made_and_goes_back_to_one(bridge):
    """Made dualstack; then IPv4 alone: endpoint, service and load balancer in the order AWS takes."""
    dualstack(bridge)
    bridge.apply()
    assert bridge.reach()["reachable"], bridge.reach()
    assert families(bridge) == ("dualstack", ["ipv4", "ipv6"], "dualstack")
    [v4, v6] = sorted(bridge.consumer()["allow_from"]["cidr_blocks"], key=len)
    assert "." in v4 and ":" in v6
    assert not bridge.changes()

    before = bridge.values()
    del bridge.arguments["ip_address_type"]
    del bridge.consumers["analytics"]["ip_address_type"]
    bridge.apply()
    assert families(bridge) == ("ipv4", ["ipv4"], "ipv4")
    assert bridge.consumer()["endpoint_id"] == before["consumers"]["analytics"]["endpoint_id"]
    assert bridge.reach()["reachable"]
    assert not bridge.changes()
    bridge.workspace.destroy()
    assert bridge.left() == []


def test_both_families_are_added_in_place(bridge):
    """The load balancer comes before the service, the service before the endpoint."""
    world = bridge.world
    world.add_ipv6(world.owner)
    world.add_ipv6(world.consumer)
    bridge.apply()
    before = bridge.values()
    bridge.arguments["ip_address_type"] = "dualstack"
    bridge.consumers["analytics"]["ip_address_type"] = "dualstack"
    bridge.apply()
    assert families(bridge) == ("dualstack", ["ipv4", "ipv6"], "dualstack")
    assert bridge.values()["service_name"] == before["service_name"]
    assert bridge.reach()["reachable"]
    assert not bridge.changes()


def test_a_lost_dualstack_bridge_is_imported_whole(bridge):
    """The import sees the families, and the plan after it is empty."""
    dualstack(bridge)
    bridge.apply()
    service = bridge.values()["service_id"]
    bridge.workspace.state_file.unlink()
    bridge.others = f'import {{\n  to = {ADDRESS}\n  id = "{service}"\n}}\n'
    bridge.apply()
    bridge.others = ""
    assert not bridge.changes()


def test_addresses_can_be_fixed_and_moved(bridge):
    """The interfaces have the addresses that are written; moved, they have others, in place."""
    subnets = bridge.world.consumer.subnets
    consumer = bridge.consumers["analytics"]
    consumer["ipv4_addresses"] = {subnets[0]: "172.31.0.20"}
    bridge.apply()
    assert addresses(bridge)[subnets[0]] == "172.31.0.20"
    assert not bridge.changes()
    before = bridge.consumer()
    consumer["ipv4_addresses"] = {subnets[0]: "172.31.0.21", subnets[1]: "172.31.16.21"}
    bridge.apply()
    assert addresses(bridge) == {subnets[0]: "172.31.0.21", subnets[1]: "172.31.16.21"}
    assert bridge.consumer()["endpoint_id"] == before["endpoint_id"]
    assert not bridge.changes()
    assert bridge.reach()["reachable"]


def test_families_that_do_not_fit_are_refused_before_aws_is_asked(bridge):
    """An endpoint can't have what the service does not offer."""
    bridge.consumers["analytics"]["ip_address_type"] = "dualstack"
    bridge.write()
    report = bridge.workspace.show_validation()
    assert 'ip_address_type = "dualstack"' in report["diagnostics"][0]["detail"]


def test_notifications_are_made_changed_and_removed(standing):
    """AWS sends what is asked for to the topic; without the block nothing is sent."""
    standing.arguments["notifications"] = {"sns_topic_arn": TOPIC, "events": ["Connect"]}
    standing.apply()
    assert notifications(standing) == [(TOPIC, ["Connect"])]
    assert not standing.changes()
    del standing.arguments["notifications"]["events"]
    standing.apply()
    assert notifications(standing) == [(TOPIC, ["Accept", "Connect", "Delete", "Reject"])]
    del standing.arguments["notifications"]
    standing.apply()
    assert notifications(standing) == []
    assert not standing.changes()


def test_a_topic_that_aws_does_not_take_is_explained(standing):
    """The error says what the topic's policy must allow, and that it is left alone."""
    elsewhere = TOPIC.replace("ap-northeast-1", "us-east-1")
    standing.arguments["notifications"] = {"sns_topic_arn": elsewhere}
    run = standing.try_apply()
    assert run.code == 1
    assert "vpce.amazonaws.com" in run.said()
    standing.arguments["notifications"]["sns_topic_arn"] = TOPIC
    standing.apply()
    standing.workspace.destroy()
    standing.simulator.advance(LATER)
    assert standing.left() == []


def dualstack(bridge: Bridge) -> None:
    """Everything has both families."""
    world = bridge.world
    world.add_ipv6(world.owner)
    world.add_ipv6(world.consumer)
    bridge.arguments["ip_address_type"] = "dualstack"
    bridge.consumers["analytics"]["ip_address_type"] = "dualstack"


def families(bridge: Bridge) -> tuple[str, list[str], str]:
    """What load balancer, service and endpoint have, as AWS has it."""
    values, world = bridge.values(), bridge.world
    balancers = world.elb().describe_load_balancers(LoadBalancerArns=[values["nlb_arn"]])
    services = world.ec2().describe_vpc_endpoint_service_configurations(
        ServiceIds=[values["service_id"]]
    )
    endpoints = world.ec2(world.consumer.account).describe_vpc_endpoints(
        VpcEndpointIds=[bridge.consumer()["endpoint_id"]]
    )
    return (
        balancers["LoadBalancers"][0]["IpAddressType"],
        sorted(services["ServiceConfigurations"][0]["SupportedIpAddressTypes"]),
        endpoints["VpcEndpoints"][0]["IpAddressType"],
    )


def addresses(bridge: Bridge) -> dict[str, str]:
    """The addresses of the endpoint's interfaces, by subnet."""
    ec2 = bridge.world.ec2(bridge.world.consumer.account)
    ids = bridge.consumer()["network_interface_ids"]
    found = ec2.describe_network_interfaces(NetworkInterfaceIds=ids)["NetworkInterfaces"]
    return {it["SubnetId"]: it["PrivateIpAddress"] for it in found}


def notifications(bridge: Bridge) -> list[tuple[str, list[str]]]:
    """Topics and events, as AWS has them."""
    found = bridge.world.ec2().describe_vpc_endpoint_connection_notifications()
    rows = found["ConnectionNotificationSet"]
    return [(it["ConnectionNotificationArn"], sorted(it["ConnectionEvents"])) for it in rows]
