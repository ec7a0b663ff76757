# The id of the endpoint service.
terraform import privatelink_alb_bridge.orders vpce-svc-0a1b2c3d4e5f60718

# With the key of the owner's account, and its region, where they are not the provider's own.
terraform import privatelink_alb_bridge.orders platform/eu-west-1/vpce-svc-0a1b2c3d4e5f60718
