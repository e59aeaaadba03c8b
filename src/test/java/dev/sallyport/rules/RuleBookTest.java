package dev.sallyport.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RuleBookTest {

    private static final Armed ANY = Armed.DEFAULT;
    private static final Armed STRICT = Armed.of(RuleSet.ALLOW_ALL, Checks.all(Level.ENFORCE));

    @Test
    void swap_reachesEverySource_withTheNextGeneration() {
        var book = new RuleBook(Map.of("one", ANY, "two", STRICT));
        var one = book.of("one");
        var two = book.of("two");
        assertThat(one.current()).isEqualTo(new Armed(ANY.rules(), ANY.checks(), 0));
        assertThat(two.current()).isEqualTo(new Armed(STRICT.rules(), STRICT.checks(), 0));
        assertThat(one.current()).as("asked twice").isSameAs(one.current());
        book.swap(Map.of("one", STRICT, "two", ANY));
        book.swap(Map.of("one", STRICT, "two", STRICT));
        assertThat(one.current()).isEqualTo(new Armed(STRICT.rules(), STRICT.checks(), 2));
        assertThat(two.current()).isEqualTo(new Armed(STRICT.rules(), STRICT.checks(), 2));
    }

    @Test
    void gateways_areThoseOfTheStart() {
        var book = new RuleBook(Map.of("one", ANY));
        assertThatIllegalArgumentException().isThrownBy(() -> book.of("two"));
        assertThatIllegalArgumentException().isThrownBy(() -> book.swap(Map.of()));
        assertThatIllegalArgumentException().isThrownBy(() -> book.swap(Map.of("one", ANY, "two", ANY)));
        assertThat(book.of("one").current().generation()).isZero();
    }
}
