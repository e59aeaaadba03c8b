package dev.sallyport.lab.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.lab.transcript.Suite.Result;
import dev.sallyport.lab.transcript.Suite.Verdict;
import java.io.StringReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class JunitXmlTest {

    private static final Difference DIFFERENCE = new Difference(
            "rules/a.txt:9", "what <came>", List.of("C: PWD"), List.of("\"old\" & \u001bc"), List.of("]]>"));

    private static final List<Result> RESULTS = List.of(
            new Result(Path.of("rules/a.txt"), new Verdict.Failed(List.of(DIFFERENCE)), Duration.ofMillis(1500)),
            new Result(Path.of("rules/b.txt"), new Verdict.Passed(), Duration.ofMillis(4)),
            new Result(Path.of("rules/more/c.txt"), new Verdict.Broken("rules/more/c.txt:1: no\nlater"), Duration.ofNanos(400_000)),
            new Result(Path.of("rules/more/d.txt"), new Verdict.Rewritten(), Duration.ofMillis(2)),
            new Result(Path.of("e\"\u0001.txt"), new Verdict.Passed(), Duration.ZERO));

    @Test
    void document_hasASuiteForEachFolder_andACaseForEachTranscript() {
        assertThat(JunitXml.of(RESULTS)).isEqualTo("""
                <?xml version="1.0" encoding="UTF-8"?>
                <testsuites tests="5" failures="1" errors="1" skipped="0" time="1.506">
                  <testsuite name="rules" tests="2" failures="1" errors="0" skipped="0" time="1.504">
                    <testcase name="a.txt" classname="rules" file="rules/a.txt" time="1.500">
                      <failure message="rules/a.txt:9: what &lt;came&gt;">rules/a.txt:9: what &lt;came&gt;
                    C: PWD
                    ----
                  - &quot;old&quot; &amp; \\x1bc
                  + ]]&gt;
                </failure>
                    </testcase>
                    <testcase name="b.txt" classname="rules" file="rules/b.txt" time="0.004"/>
                  </testsuite>
                  <testsuite name="rules/more" tests="2" failures="0" errors="1" skipped="0" time="0.002">
                    <testcase name="c.txt" classname="rules/more" file="rules/more/c.txt" time="0.000">
                      <error message="rules/more/c.txt:1: no">rules/more/c.txt:1: no
                later
                </error>
                    </testcase>
                    <testcase name="d.txt" classname="rules/more" file="rules/more/d.txt" time="0.002"/>
                  </testsuite>
                  <testsuite name="." tests="1" failures="0" errors="0" skipped="0" time="0.000">
                    <testcase name="e&quot;\\x01.txt" classname="." file="e&quot;\\x01.txt" time="0.000"/>
                  </testsuite>
                </testsuites>
                """);
    }

    @Test
    void document_isXml_andGivesTheDifferenceBack() throws Exception {
        var document = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new InputSource(new StringReader(JunitXml.of(RESULTS))));
        assertThat(document.getElementsByTagName("failure").item(0).getTextContent()).isEqualTo(DIFFERENCE.text());
        assertThat(document.getElementsByTagName("testcase").getLength()).isEqualTo(RESULTS.size());
    }
}
