DROP TABLE gateway_egress;
DROP TABLE gateway_nodes;
