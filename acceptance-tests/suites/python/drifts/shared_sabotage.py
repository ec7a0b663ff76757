"""What somebody does behind Terraform's back to a shared database that has everything."""

from drifts.sabotage import ANYBODY, component
from harness.shared import Shared
from harness.world import CONSUMER

TEAM = {"team": "theirs"}


def open_to(address: str, direction: str, account: str):
    """A rule of somebody else's in one of the provider's groups."""

    def act(shared: Shared):
        rule = {**ANYBODY, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        authorize = getattr(shared.world.ec2(account), f"authorize_security_group_{direction}")
        authorize(GroupId=component(shared, address), IpPermissions=[rule])

    return act


def shut_the_database(shared: Shared):
    ec2, group = shared.world.ec2(), shared.world.group
    [found] = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=found["IpPermissions"])


def lead_the_gateway_out_elsewhere(shared: Shared):
    shared.world.lattice().update_resource_gateway(
        resourceGatewayIdentifier=component(shared, "gateway"),
        securityGroupIds=[shared.world.group],
    )


def configuration(address: str, **fields):
    """Another setting of a resource configuration."""

    def act(shared: Shared):
        shared.world.lattice().update_resource_configuration(
            resourceConfigurationIdentifier=component(shared, address), **fields
        )

    return act


def retag_lattice(address: str, account: str = ""):
    """Another value for a tag of one of Lattice's objects."""

    def act(shared: Shared):
        lattice = shared.world.lattice(account) if account else shared.world.lattice()
        lattice.tag_resource(resourceArn=arn(shared, address), tags=TEAM)

    return act


def unmark_lattice(address: str, account: str = ""):
    """The tag by which the provider knows it again is gone."""

    def act(shared: Shared):
        lattice = shared.world.lattice(account) if account else shared.world.lattice()
        lattice.untag_resource(resourceArn=arn(shared, address), tagKeys=["privatelink:part"])

    return act


def arn(shared: Shared, address: str) -> str:
    """The ARN of one of Lattice's objects, which is known by its id."""
    row = shared.values()["components"][address]
    kinds = {"rgw": "resourcegateway", "rcfg": "resourceconfiguration"}
    kind = kinds.get(row["id"].split("-")[0], "servicenetworkresourceassociation")
    return f"arn:aws:vpc-lattice:{row['region']}:{row['account_id']}:{kind}/{row['id']}"


def put_the_account_out(shared: Shared):
    shared.world.ram().disassociate_resource_share(
        resourceShareArn=component(shared, "share"), principals=[CONSUMER]
    )


def take_the_database_out(shared: Shared):
    """Out of the share, that is."""
    address = "endpoint.orders.configuration"
    shared.world.ram().disassociate_resource_share(
        resourceShareArn=component(shared, "share"), resourceArns=[arn(shared, address)]
    )


def retag_the_share(shared: Shared):
    shared.world.ram().tag_resource(
        resourceShareArn=component(shared, "share"), tags=[{"key": "team", "value": "theirs"}]
    )


def add_a_group_to_the_endpoint(shared: Shared):
    shared.world.ec2(CONSUMER).modify_vpc_endpoint(
        VpcEndpointId=component(shared, "consumer.app.endpoint.orders"),
        AddSecurityGroupIds=[shared.world.consumer.client_group],
    )


def delete_the_endpoint(shared: Shared):
    endpoint = component(shared, "consumer.app.endpoint.orders")
    shared.world.ec2(CONSUMER).delete_vpc_endpoints(VpcEndpointIds=[endpoint])
    shared.simulator.advance(3600)


def take_out_of_the_network(shared: Shared):
    [association] = shared.values()["consumers"]["batch"]["association_ids"].values()
    shared.world.lattice(CONSUMER).delete_service_network_resource_association(
        serviceNetworkResourceAssociationIdentifier=association
    )
    shared.simulator.advance(600)
