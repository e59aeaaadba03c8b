package dev.sallyport.rules;

/** Where the sessions of one gateway find the rules in force. Any thread may ask at any time. */
@FunctionalInterface
public interface RuleSource {

    /** The rules as they are now; the same value until they are replaced as a whole. */
    Armed current();
}
