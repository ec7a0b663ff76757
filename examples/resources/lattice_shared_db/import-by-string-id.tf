import {
  to       = lattice_shared_db.orders
  id       = "rgw-0bba03f3d56060135"
  provider = privatelink
}
