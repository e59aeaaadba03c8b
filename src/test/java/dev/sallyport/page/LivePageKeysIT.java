package dev.sallyport.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The live page without a pointer. */
class LivePageKeysIT extends InBrowser {

    /** What has the focus: its id or what it shows; and whether that is to be seen. */
    private static final String FOCUSED = """
            (() => {
              const element = document.activeElement;
              const outlined = (it) => {
                const style = it && getComputedStyle(it);
                return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
              };
              const seen = outlined(element) || outlined(element.closest('tr'));
              const { top, bottom, left, right } = element.getBoundingClientRect();
              const within = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
              return element !== document.body && { name: element.id || element.innerText || element.tagName, seen: seen && within };
            })()""";

    @Test
    void tab_reachesEverything_visibly_thereAndBack() throws Exception {
        var client = gateway.login();
        client.pasv();
        client.deleteFile("welcome.txt");
        tab.awaitText("#refusal-list", "nothing-is-deleted");
        tab.awaitText("#pinhole-list", "demo");
        var there = passed(() -> tab.press("Tab"));
        assertThat(there).contains(
                "Skip to the sessions", "filter", "running", "help-open", "User", "Client", "Server", "Doing", "Speed", "Moved", "Age",
                "demo", firstOf("#refusal-list"));
        assertThat(passed(() -> tab.pressWithShift("Tab"))).containsExactlyInAnyOrderElementsOf(there);
    }

    private String firstOf(String list) {
        return tab.text(list + " a");
    }

    /** What had the focus until it came round to where it began. */
    private Set<String> passed(Runnable step) {
        var names = new LinkedHashSet<String>();
        for (var steps = 0; steps < 60; steps++) {
            step.run();
            var focused = tab.evaluate(FOCUSED);
            if (!focused.isObject()) {
                continue;
            }
            var name = focused.get("name").asString();
            assertThat(focused.get("seen").asBoolean()).as("the focus is seen on: %s", name).isTrue();
            if (!names.add(name) && !name.equals("demo")) {
                return names;
            }
        }
        throw new AssertionError("no way round: " + names);
    }

    @Test
    void session_isFound_opened_andEnded_byKeysAlone() throws Exception {
        var clients = List.of(gateway.login(), gateway.login(), gateway.login());
        tab.awaitText("#total-sessions", "3");
        tab.press("1");
        var first = focusedSession();
        tab.press("ArrowDown");
        var second = focusedSession();
        tab.press("End");
        var third = focusedSession();
        assertThat(Set.of(first, second, third)).hasSize(3);
        tab.press("Home");
        assertThat(focusedSession()).isEqualTo(first);
        tab.press("ArrowUp");
        assertThat(focusedSession()).as("there is none above").isEqualTo(first);

        tab.press("Enter");
        tab.awaitText("#details-fields", first);
        assertThat(focused()).isEqualTo("details-close");
        tab.press("Escape");
        tab.await("document.getElementById('details').hidden");
        assertThat(focusedSession()).as("back in its row").isEqualTo(first);

        tab.press("ArrowDown");
        tab.press("Delete");
        tab.awaitText("#ending", second);
        tab.press("Escape");
        tab.await("!document.querySelector('dialog[open]')");
        tab.press("Delete");
        tab.type(Watched.TOKEN);
        tab.press("Enter");
        tab.awaitText("#said", second + " is ended");
        tab.awaitText("#total-sessions", "2");
        assertThat(focusedSession()).as("the one in its place").isEqualTo(third);
        assertThat(clients).anySatisfy(client -> assertThat(client.sendNoOp()).isTrue());
    }

    @Test
    void filterHelpAndViews_haveKeys_whichCanBeTurnedOff() throws Exception {
        gateway.login();
        gateway.connect("127.0.0.1");
        tab.awaitText("#total-sessions", "2");
        tab.press("/");
        assertThat(focused()).isEqualTo("filter");
        tab.type("LOGGING 127.0.0.1");
        tab.awaitText("#sessions-note", "1 of 2");
        tab.type("?/t");
        assertThat(tab.evaluate("document.getElementById('filter').value").asString()).endsWith("?/t");
        tab.awaitText("#sessions-empty", "Nothing matches the filter.");
        tab.press("Escape");
        tab.await("document.getElementById('filter').value === ''");
        tab.await("document.getElementById('sessions-note').innerText === '2'");
        tab.press("Escape");
        tab.await("document.activeElement.closest('#rows')");

        tab.press("t");
        tab.awaitText("#sessions-note", "0 of 2");
        tab.press("t");
        tab.press("?");
        tab.awaitText("#help", "Move among sessions");
        tab.press("Escape");
        tab.await("!document.querySelector('dialog[open]')");
        tab.press("3");
        assertThat(focused()).isEqualTo("refusals");
        tab.press("2");
        assertThat(focused()).isEqualTo("pinholes");

        tab.press("?");
        tab.click("#keys-on");
        tab.press("Escape");
        tab.press("3");
        tab.press("/");
        assertThat(focused()).isNotIn("refusals", "filter");
    }

    private String focused() {
        return tab.evaluate(FOCUSED).get("name").asString();
    }

    private String focusedSession() {
        return tab.await("document.activeElement.closest('tr')?.dataset.session").asString();
    }
}
