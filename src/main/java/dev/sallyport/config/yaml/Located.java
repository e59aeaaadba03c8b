package dev.sallyport.config.yaml;

import org.snakeyaml.engine.v2.nodes.Node;

/**
 * A value and the node that it was read from.
 *
 * @param path where it stands, for a message: {@code gateways[0].server}
 */
public record Located<T>(T value, String path, Node node) {}
