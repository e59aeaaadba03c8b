package dev.sallyport.lab.trial;

/** What a client does with its data connection. */
public enum Operation {
    LIST,
    GET,
    PUT
}
