import {
  to = privatelink_alb_bridge.orders
  id = "vpce-svc-0a1b2c3d4e5f60718"
}
