package dev.sallyport.telemetry;

/** What tells the series of one meter apart. */
enum Tag {
    VERSION,
    GATEWAY,
    REASON,
    OUTCOME,
    VERB,
    CLASS,
    CODE,
    DIRECTION,
    MODE,
    PATH,
    SIDE,
    FAULT,
    ENFORCED,
    RULING,
    RULE_SET,
    RULE,
    ACTION,
    ERRNO,
    FILE,
    COUNTER;

    /** As it is exposed. */
    String text() {
        return Word.of(this);
    }
}
