using System.Numerics;
using Catenet.Packetdrill.Code;
using Catenet.Packetdrill.Language;
using Catenet.Packetdrill.Running;

namespace Catenet.Packetdrill.Tests;

/// <summary>The Python of scripts.</summary>
public sealed class CodeTests
{
    [Theory]
    [InlineData("assert x == 10")]
    [InlineData("assert x == 10, 'message %d' % x")]
    [InlineData("assert 5 < x <= 10 and not y")]
    [InlineData("assert x == 11 or y == 0")]
    [InlineData("assert (x & 2) != 0 and x | 1 == 11")]
    [InlineData("assert x + 2 * 3 == 16 and x // 3 == 3 and x % 3 == 1 and -x == -10 and 2 ** 3 == 8")]
    [InlineData("assert x / 4 == 2.5")]
    [InlineData("assert x in (9, 10) and x not in [1, 2]")]
    [InlineData("assert abs(-3) == 3 and max(1, x) == 10 and min([4, 2]) == 2 and int(2.7) == 2")]
    [InlineData("assert 0x10 == 16 and 1e3 == 1000")]
    [InlineData("z = x * 2; z += 1; assert z == 21")]
    [InlineData("if x > 5:\n    assert x == 10\nelse:\n    assert unknown == 1\n")]
    [InlineData("if x > 50: assert 0\nelif x > 5: z = 1\nassert z == 1")]
    [InlineData("\n    assert x == 10\n    # a comment\n    assert (x ==\n        10)\n")]
    [InlineData("assert y == 0 or unknown == 1")]
    [InlineData("assert (1 if x == 10 else unknown) == 1")]
    [InlineData("assert 'a' + 'b' == \"ab\", 'no'")]
    public void Assertions_hold(string code) => Run(code);

    [Theory]
    [InlineData("assert x == 11, x", "x = 10 (message: 10)")]
    [InlineData("assert x > 10 and y == 0", "x = 10")]
    [InlineData("y2 = 4\nassert y2 != 4, 'four'", "(message: four)")]
    public void What_an_assertion_saw_is_told(string code, string told)
    {
        var failure = Assert.Throws<ScriptFailure>(() => Run(code));
        Assert.Contains(told, failure.Got);
    }

    [Fact]
    public void An_assertion_has_its_line()
    {
        var failure = Assert.Throws<ScriptFailure>(() => new CodeInterpreter(Lookup).Run("\nassert 1\nassert x == 3", 10));
        Assert.StartsWith("line 12:", failure.Expected);
    }

    [Theory]
    [InlineData("assert tcpi_moon == 1", "tcpi_moon")]
    [InlineData("import os", "import")]
    [InlineData("for i in range(3): pass", "for")]
    [InlineData("frobnicate(3)", "frobnicate")]
    [InlineData("assert 1 / 0", "division")]
    [InlineData("assert x == 10e", "10e")]
    public void What_is_not_known_is_unsupported(string code, string construct)
    {
        var unsupported = Assert.Throws<UnsupportedException>(() => Run(code));
        Assert.Contains(construct, unsupported.Message);
    }

    [Fact]
    public void Names_live_on_and_print_is_kept()
    {
        var interpreter = new CodeInterpreter(Lookup);
        interpreter.Run("before = x", 1);
        interpreter.Run("print(before, 'is')\nprint before", 2);
        Assert.Equal(["10 is", "10"], interpreter.Output);
    }

    private static void Run(string code) => new CodeInterpreter(Lookup).Run(code, 1);

    private static object? Lookup(string name) => name switch
    {
        "x" => new BigInteger(10),
        "y" => BigInteger.Zero,
        _ => null,
    };
}
