package dev.sallyport.config;

import org.snakeyaml.engine.v2.nodes.Node;

/**
 * A value and the node that it was read from.
 *
 * @param path where it stands, for a message: {@code gateways[0].server}
 */
record Located<T>(T value, String path, Node node) {}
