package dev.sallyport.ftp;

/** What a parser made of a peer's text: a value, or the fault in it. Parsers do not throw. */
public sealed interface Parsed<T> {

    record Value<T>(T value) implements Parsed<T> {}

    record Rejected<T>(Fault fault) implements Parsed<T> {}

    static <T> Parsed<T> of(T value) {
        return new Value<>(value);
    }

    static <T> Parsed<T> rejected(Fault fault) {
        return new Rejected<>(fault);
    }
}
