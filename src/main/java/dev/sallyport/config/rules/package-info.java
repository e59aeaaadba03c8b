/**
 * Reads rule sets: YAML into {@link dev.sallyport.rules.RuleText}, groups and networks expanded, every mistake named with its
 * line, its column and the fix. Depends on {@code rules}, {@code ftp} and {@code config.yaml} alone.
 */
@NullMarked
package dev.sallyport.config.rules;

import org.jspecify.annotations.NullMarked;
