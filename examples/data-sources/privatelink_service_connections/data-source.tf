data "privatelink_service_connections" "orders" {
  service_id = "vpce-svc-0a1b2c3d4e5f60718"
}

output "waiting" {
  description = "Endpoints that nobody has accepted yet."
  value       = data.privatelink_service_connections.orders.pending
}

output "accounts" {
  description = "Who is connected."
  value       = distinct([for it in data.privatelink_service_connections.orders.connections : it.account_id])
}
