"""A test whose traffic breaks the models fails, whatever it asserts itself."""

import boto3
import pytest
from botocore.exceptions import ClientError

from harness.simulator import Simulator
from harness.world import PROVIDER, REGION


@pytest.mark.parametrize("who,guilty", [(PROVIDER, True), ("AKIAWRLD", False)])
def test_what_the_provider_may_not_send_counts_and_what_an_outsider_tries_does_not(
    simulate, the_wire_is_true, who, guilty
):
    """A page of 1001 is more than the model allows; the simulator refuses it."""
    program = simulate()._program
    with Simulator(program, 1) as simulator:
        keys = {"aws_access_key_id": f"{who}111111111111", "aws_secret_access_key": "secret"}
        ec2 = boto3.client("ec2", endpoint_url=simulator.url, region_name=REGION, **keys)
        with pytest.raises(ClientError):
            ec2.describe_vpcs(MaxResults=1001)
    found = [finding for finding in the_wire_is_true if "1001 is more than 1000" in finding]
    the_wire_is_true.clear()
    assert bool(found) == guilty
