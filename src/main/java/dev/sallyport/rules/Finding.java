package dev.sallyport.rules;

/** Something in a rule set that is allowed and cannot be meant. @param text a sentence that names the rule and the remedy */
public record Finding(Place place, String text) {}
