DROP TABLE outline_nodes;
