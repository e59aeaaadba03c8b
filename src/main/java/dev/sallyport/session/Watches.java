package dev.sallyport.session;

import java.util.Arrays;

/** Tells several, in their order. Side by side and not one within the other: they are told of each event. */
final class Watches implements SessionWatch {

    private final SessionWatch[] each;

    Watches(SessionWatch... each) {
        this.each = each;
    }

    @Override
    public void observe(SessionEvent event) {
        for (var watch : each) {
            watch.observe(event);
        }
    }

    @Override
    public Tally tally() {
        return Arrays.stream(each).map(SessionWatch::tally).reduce(Tally.NONE, Tally::and);
    }

    @Override
    public SessionWatch and(SessionWatch other) {
        var more = Arrays.copyOf(each, each.length + 1);
        more[each.length] = other;
        return new Watches(more);
    }
}
