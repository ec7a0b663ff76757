"""A year in the life of a bridge's consumers: added, removed, renamed, moved, narrowed."""

from harness.bridge import ADDRESS, consumer_arguments
from harness.plans import is_known, unknown_names
from harness.world import CONSUMER, OWNER


def test_adding_a_consumer_leaves_every_other_value_known(standing):
    """The plan marks as unknown only what belongs to the new consumer."""
    before = standing.values()
    place = standing.world.add_place(CONSUMER)
    standing.consumers["reports"] = consumer_arguments(place)

    change = standing.plan().change(ADDRESS)
    assert change["actions"] == ["update"]
    unknown = change["after_unknown"]
    assert is_known(unknown["consumers"]["analytics"]), unknown["consumers"]["analytics"]
    assert unknown["consumers"]["reports"]["endpoint_id"]
    assert unknown_names(unknown) <= {"consumers", "components"}

    standing.apply()
    assert standing.values()["consumers"]["analytics"] == before["consumers"]["analytics"]
    assert standing.reach("reports", place=place)["reachable"]
    assert standing.reach()["reachable"]
    assert not standing.changes()


def test_the_eleventh_consumer_leaves_the_values_of_ten_known(bridge):
    """However many there are, a plan is about the one that comes."""
    for number in range(9):
        place = bridge.world.add_place(OWNER, f"10.{number}.0.0/16")
        bridge.consumers[f"c{number}"] = consumer_arguments(place, account=None)
    bridge.apply()
    before = bridge.values()
    assert len(before["consumers"]) == 10
    place = bridge.world.add_place(CONSUMER, "10.100.0.0/16")
    bridge.consumers["eleventh"] = consumer_arguments(place)
    change = bridge.plan().change(ADDRESS)
    unknown = change["after_unknown"]
    assert unknown_names(unknown) == {"consumers", "components"}
    changing = {key for key, it in unknown["consumers"].items() if not is_known(it)}
    assert changing == {"eleventh"}
    rows = {key for key, it in unknown["components"].items() if not is_known(it)}
    assert rows == {"consumer.eleventh.endpoint", "consumer.eleventh.security_group"}
    for key, consumer in before["consumers"].items():
        assert change["after"]["consumers"][key] == consumer


def test_a_consumer_of_the_owners_own_account_needs_no_key(standing):
    """A VPC of the same account is a consumer like others, without `account`."""
    place = standing.world.add_place(OWNER)
    standing.consumers["batch"] = consumer_arguments(place, account=None)
    standing.apply()
    assert standing.reach("batch", place=place)["reachable"]
    assert standing.consumer("batch")["account_id"] == OWNER
    assert not standing.changes()


def test_removing_a_consumer_removes_its_objects_and_no_others(standing):
    """Its endpoint and group are gone, its account's permission too; the other one keeps working."""
    place = standing.world.add_place(OWNER)
    standing.consumers["batch"] = consumer_arguments(place, account=None)
    standing.apply()
    kept = standing.consumer("batch")

    del standing.consumers["analytics"]
    standing.apply()
    assert standing.values()["consumers"] == {"batch": kept}
    assert not standing.changes()
    standing.simulator.advance(3600)
    assert [row["id"] for row in standing.made() if row["account"] == CONSUMER] == []
    assert standing.reach("batch", place=place)["reachable"]
    assert standing.principals() == [f"arn:aws:iam::{OWNER}:root"]


def test_removing_the_last_consumer_keeps_the_service(standing):
    """`consumers` may go as a whole: the service stays for others to come."""
    before = standing.values()
    del standing.arguments["consumers"]
    standing.apply()
    assert standing.values()["service_name"] == before["service_name"]
    assert not standing.changes()


def test_renaming_a_key_changes_tags_only(standing):
    """The key is a name, not an identity: endpoint and DNS name stay."""
    before = standing.consumer()
    standing.arguments["consumers"] = {"reporting": standing.consumers["analytics"]}
    change = standing.plan().change(ADDRESS)
    assert change["actions"] == ["update"]
    assert change["after"]["consumers"]["reporting"]["endpoint_id"] == before["endpoint_id"]
    standing.simulator.forget_calls()
    standing.apply()
    assert standing.consumer("reporting") == before
    assert set(standing.simulator.mutating()) == {"CreateTags"}
    assert not standing.changes()


def test_swapping_two_keys_swaps_names_only(standing):
    """Each consumer is recognised by its VPC, also when its old key now names another."""
    place = standing.world.add_place(CONSUMER)
    standing.consumers["reports"] = consumer_arguments(place)
    standing.apply()
    one, other = standing.consumer("analytics"), standing.consumer("reports")
    consumers = standing.consumers
    consumers["analytics"], consumers["reports"] = consumers["reports"], consumers["analytics"]
    standing.apply()
    assert standing.consumer("analytics")["endpoint_id"] == other["endpoint_id"]
    assert standing.consumer("reports")["endpoint_id"] == one["endpoint_id"]
    assert not standing.changes()


def test_another_vpc_makes_this_consumer_anew_and_nothing_else(standing):
    """The plan is an update in place in which only this consumer's values are unknown."""
    before = standing.values()
    place = standing.world.add_place(CONSUMER)
    standing.consumers["analytics"] = consumer_arguments(place)
    change = standing.plan().change(ADDRESS)
    assert change["actions"] == ["update"]
    assert unknown_names(change["after_unknown"]) <= {"consumers", "components"}
    standing.apply()
    assert standing.reach(place=place)["reachable"]
    after = standing.values()
    assert after["service_id"] == before["service_id"]
    assert (
        after["consumers"]["analytics"]["endpoint_id"]
        != before["consumers"]["analytics"]["endpoint_id"]
    )
    assert not standing.changes()
    endpoints = [row for row in standing.made() if row["kind"] == "vpc-endpoint"]
    assert len([row for row in endpoints if row["fields"]["state"] == "available"]) == 1


def test_a_key_can_be_used_again_for_another_vpc(standing):
    """A consumer that left and one that came later have nothing in common but the key."""
    consumers = standing.arguments.pop("consumers")
    standing.apply()
    place = standing.world.add_place(CONSUMER)
    standing.arguments["consumers"] = consumers
    consumers["analytics"] = consumer_arguments(place)
    standing.apply()
    assert standing.reach(place=place)["reachable"]
    assert not standing.changes()


def test_a_consumer_can_come_back(standing):
    """Taken out and put back as it was, it is connected again."""
    consumers = standing.arguments.pop("consumers")
    standing.apply()
    standing.arguments["consumers"] = consumers
    standing.apply()
    assert standing.reach()["reachable"]
    assert not standing.changes()


def test_a_subnet_can_be_taken_away_and_added_in_place(standing):
    """The endpoint stays, its names of single zones follow."""
    endpoint = standing.consumer()["endpoint_id"]
    both = standing.world.consumer.subnets
    for subnets in (both[:1], both):
        standing.consumers["analytics"]["subnet_ids"] = subnets
        standing.apply()
        assert standing.consumer()["endpoint_id"] == endpoint
        assert len(standing.consumer()["zonal_dns_names"]) == len(subnets)
        assert not standing.changes()


def test_who_may_use_the_endpoint_can_be_narrowed_and_widened(standing):
    """`allow_from` is changed in place; without it the whole VPC is admitted again."""
    ec2 = standing.world.ec2(CONSUMER)
    place = standing.world.consumer
    others = ec2.create_security_group(GroupName="others", Description="Others", VpcId=place.vpc)
    standing.consumers["analytics"]["allow_from"] = {"security_group_ids": [others["GroupId"]]}
    standing.apply()
    assert standing.reach()["hop"] == "endpoint_group"
    assert not standing.changes()

    standing.consumers["analytics"]["allow_from"] = {"security_group_ids": [place.client_group]}
    standing.apply()
    assert standing.reach()["reachable"]

    del standing.consumers["analytics"]["allow_from"]
    standing.apply()
    assert standing.consumer()["allow_from"]["cidr_blocks"] == ["172.31.0.0/16"]
    assert standing.reach()["reachable"]
    assert not standing.changes()
