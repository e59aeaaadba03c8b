/**
 * The rules: the checks of conduct and their levels, what a rule set says, its compilation, and the verdict on a command.
 * Pure: no I/O, no clock, no randomness; a rule set's file is read elsewhere, and comes here as
 * {@link dev.sallyport.rules.RuleText}. Depends on {@code ftp} alone.
 */
@NullMarked
package dev.sallyport.rules;

import org.jspecify.annotations.NullMarked;
