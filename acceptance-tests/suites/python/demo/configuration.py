"""The block of the demo, as a person would write it."""

from harness.bridge import provider_arguments
from harness.configuration import SOURCES, block, output
from harness.world import World


def bridge(world: World) -> str:
    """The one block."""
    subnets = ", ".join(f'"{subnet}"' for subnet in world.consumer.subnets)
    return f"""
resource "privatelink_alb_bridge" "orders" {{
  name                   = "orders"
  alb_arn                = "{world.alb}"
  alb_security_group_ids = ["{world.alb_group}"]
  listeners              = {{ http = {{ port = 80 }} }}
  consumers = {{
    analytics = {{
      account    = "analytics"
      vpc_id     = "{world.consumer.vpc}"
      subnet_ids = [{subnets}]
    }}
  }}
}}
"""


def whole(world: World) -> str:
    """The file: provider, block, and the name to connect to."""
    provider = block('provider "privatelink"', provider_arguments())
    name = output("dns_name", 'privatelink_alb_bridge.orders.consumers["analytics"].dns_name')
    return "\n".join([SOURCES, provider, bridge(world).strip("\n"), "", name])
