package dev.sallyport.rules;

/**
 * Where in its file something stands.
 *
 * @param line from 1
 * @param column from 1
 */
public record Place(int line, int column) {}
