package dev.sallyport.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The live page in light and dark, wide and narrow, with few sessions and with many: all text has the contrast of WCAG 2.2 AA
 * (1.4.3), and nothing sticks out. {@code -Dpage.screenshots=FOLDER} keeps pictures to look at.
 */
@Timeout(300)
class LivePageLooksIT extends InBrowser {

    private static final @Nullable String PICTURES = System.getProperty("page.screenshots");

    private static final int NARROW = 400;

    /** Texts in view with less contrast to what is behind them than they need. */
    private static final String FAINT = """
            (() => {
              const parse = (color) => {
                const numbers = color.match(/[\\d.]+/g).map(Number);
                return color.startsWith('rgb') ? [...numbers.slice(0, 3), numbers[3] ?? 1] : fail(color);
              };
              const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
              const ground = (element) => {
                const own = parse(getComputedStyle(element).backgroundColor);
                return own[3] === 1 ? own : over(own, element.parentElement ? ground(element.parentElement) : [255, 255, 255, 1]);
              };
              const linear = (part) => (part <= 0.04045 * 255 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
              const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
              const faint = new Set();
              const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              while (texts.nextNode()) {
                const element = texts.currentNode.parentElement;
                if (!texts.currentNode.data.trim() || element.closest('noscript, :disabled, .hidden, figcaption')) continue;
                if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
                const style = getComputedStyle(element);
                const own = ground(element);
                // Where the connection is lost, all of it is seen through.
                const page = ground(document.body);
                const opacity = Number(getComputedStyle(element.closest('main') ?? document.body).opacity);
                const through = (color) => over([...color.slice(0, 3), opacity], page);
                const behind = through(own);
                const color = through(over(parse(element instanceof SVGElement ? style.fill : style.color), own));
                const [low, high] = [luminance(color), luminance(behind)].sort((a, b) => a - b);
                const ratio = (high + 0.05) / (low + 0.05);
                const what = `${texts.currentNode.data.trim()} (${element.className || element.tagName})`;
                if (ratio < 4.5) faint.add(`${ratio.toFixed(2)}: ${what}`);
              }
              return [...faint];
            })()""";

    /** Elements in view that are cut off at the side of the page, or whose text is cut off without a sign of it. */
    private static final String STICKING_OUT = """
            (() => {
              const out = document.documentElement.scrollWidth > innerWidth ? ['the page is wider than the window'] : [];
              for (const element of document.querySelectorAll('body *')) {
                if (element.closest('svg, .hidden, .skip, #said, option, figcaption') || !element.checkVisibility()) continue;
                const { left, right, width } = element.getBoundingClientRect();
                if (width > 0 && (left < -1 || right > innerWidth + 1)) out.push(`${element.tagName}.${element.className || element.id}`);
                const { overflowX, textOverflow } = getComputedStyle(element);
                const cut = element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1 && overflowX !== 'visible';
                if (cut && textOverflow !== 'ellipsis') {
                  out.push(`cut off: ${element.tagName}.${element.className || element.id}: ${element.innerText.slice(0, 80)}`);
                }
              }
              return [...new Set(out)];
            })()""";

    @SuppressWarnings("NullAway.Init")
    private Scene scene;

    @Override
    String startServer() throws IOException {
        scene = new Scene();
        return scene.address();
    }

    @Override
    void stopServer() throws Exception {
        scene.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 500})
    void page_isLegible_andFits(int sessions) throws Exception {
        scene.fill(gateway, sessions);
        tab.await("document.getElementById('total-sessions').innerText === '" + sessions + "'");
        // Until there are speeds, and what is new is so no more.
        Thread.sleep(sessions == 0 ? 0 : 6_000);
        for (var scheme : List.of("light", "dark")) {
            tab.prefer(Map.of("prefers-color-scheme", scheme, "prefers-reduced-motion", "reduce"));
            assertThat(tab.evaluate("getComputedStyle(document.body).backgroundColor").asString())
                    .isEqualTo(scheme.equals("light") ? "rgb(238, 241, 244)" : "rgb(13, 18, 24)");
            for (var width : List.of(WIDE, NARROW)) {
                tab.size(width, HIGH);
                look(sessions, scheme, width, "page");
                if (width == NARROW) {
                    for (var view : List.of("pinholes", "refusals")) {
                        tab.click("#views [data-view=" + view + "]");
                        look(sessions, scheme, width, view);
                    }
                    tab.click("#views [data-view=sessions]");
                }
                if (sessions > 0) {
                    tab.click("#rows tr .user a");
                    look(sessions, scheme, width, "details");
                    tab.click("#details-end");
                    look(sessions, scheme, width, "ending");
                    tab.press("Escape");
                    tab.click("#details-close");
                }
                tab.click("#help-open");
                look(sessions, scheme, width, "help");
                tab.press("Escape");
            }
        }
    }

    @Test
    void lostConnection_leavesAllLegible() throws Exception {
        scene.fill(gateway, 60);
        tab.awaitText("#sessions-note", "60");
        gateway.stop();
        tab.awaitText("#link", "Connection lost");
        for (var scheme : List.of("light", "dark")) {
            tab.prefer(Map.of("prefers-color-scheme", scheme));
            for (var width : List.of(WIDE, NARROW)) {
                tab.size(width, HIGH);
                look(60, scheme, width, "lost");
            }
        }
        assertThat(tab.complaints()).allSatisfy(complaint -> assertThat(complaint).contains("net::ERR_"));
    }

    private void look(int sessions, String scheme, int width, String what) throws IOException {
        // As it is after it was drawn anew.
        tab.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(true))))");
        if (PICTURES != null) {
            tab.screenshot(Files.createDirectories(Path.of(PICTURES)).resolve("%s-%d-%s-%d.png".formatted(what, sessions, scheme, width)));
        }
        assertThat(tab.evaluate(FAINT)).as("%s, %d sessions, %s, %d px", what, sessions, scheme, width).isEmpty();
        assertThat(tab.evaluate(STICKING_OUT)).as("%s, %d sessions, %s, %d px", what, sessions, scheme, width).isEmpty();
    }
}
