using System.Text;
using Fluid.Ast;
using NodaTime;

namespace Mail.ConfigService.Liquid;

/// <summary>
/// Renders one part of a template: walks the syntax tree, each step within a <see cref="LiquidBudget"/>. What it reads is the data and
/// nothing else.
/// </summary>
/// <param name="data">The variables.</param>
/// <param name="isHtml">Whether values are escaped.</param>
/// <param name="zone">The time zone of dates.</param>
/// <param name="budget">What may be taken, by all parts together.</param>
internal sealed class LiquidRun(LiquidObject data, bool isHtml, DateTimeZone zone, LiquidBudget budget)
{
    private readonly LiquidNames _names = new(data);
    private readonly Dictionary<string, int> _offsets = new(StringComparer.Ordinal);
    private StringBuilder _output = new();

    private enum Flow
    {
        On,
        Break,
        Continue,
    }

    internal LiquidBudget Budget => budget;

    internal DateTimeZone Zone => zone;

    internal bool IsHtml => isHtml;

    /// <summary>Renders.</summary>
    /// <exception cref="LiquidException">It can't go on, or takes too much.</exception>
    internal string Render(LiquidTemplate template)
    {
        Run(template.Statements);
        return _output.ToString();
    }

    private Flow Run(IReadOnlyList<Statement> statements)
    {
        foreach (var statement in statements)
        {
            budget.Step();
            if (Run(statement) is not Flow.On and var flow)
                return flow;
        }

        return Flow.On;
    }

    private Flow Run(Statement statement)
    {
        switch (statement)
        {
            case TextSpanStatement text:
                budget.Append(_output, text.Buffer);
                return Flow.On;
            case OutputStatement output:
                Write(Evaluate(output.Expression));
                return Flow.On;
            case IfStatement @if:
                return RunIf(@if);
            case ForStatement loop:
                return RunLoop(loop);
            case AssignStatement assign:
                _names[assign.Identifier] = Evaluate(assign.Value);
                return Flow.On;
            case CaptureStatement capture:
                return RunCapture(capture);
            case UnlessStatement unless:
                return Run(LiquidValue.IsTrue(Evaluate(unless.Condition)) ? unless.Else?.Statements ?? [] : unless.Statements);
            case CaseStatement @case:
                return RunCase(@case);
            case RawStatement raw:
                budget.Append(_output, raw.Text.ToString());
                return Flow.On;
            case BreakStatement:
                return Flow.Break;
            case ContinueStatement:
                return Flow.Continue;
            default:
                return Flow.On;
        }
    }

    private Flow RunIf(IfStatement @if)
    {
        if (LiquidValue.IsTrue(Evaluate(@if.Condition)))
            return Run(@if.Statements);
        foreach (var other in @if.ElseIfs ?? [])
        {
            if (LiquidValue.IsTrue(Evaluate(other.Condition)))
                return Run(other.Statements);
        }

        return @if.Else is null ? Flow.On : Run(@if.Else.Statements);
    }

    private Flow RunCase(CaseStatement @case)
    {
        var (value, any) = (LiquidNothing.From(@case.Expression) ?? Evaluate(@case.Expression), false);
        foreach (var when in @case.Whens)
        {
            if (!when.Options.Any(option => LiquidValue.AreEqual(value, LiquidNothing.From(option) ?? Evaluate(option), this)))
                continue;
            any = true;
            if (Run(when.Statements) is not Flow.On and var flow)
                return flow;
        }

        return any || @case.Else is null ? Flow.On : Run(@case.Else.Statements);
    }

    private Flow RunCapture(CaptureStatement capture)
    {
        var outer = _output;
        _output = new();
        var flow = Run(capture.Statements);
        // What is in it has been escaped.
        _names[capture.Identifier] = isHtml ? new LiquidMarkup(_output.ToString()) : _output.ToString();
        _output = outer;
        return flow;
    }

    private Flow RunLoop(ForStatement loop)
    {
        // The numbers of a range are made one by one.
        var (from, length) = loop.Source is RangeExpression range ? Bounds(range) : default;
        var elements = loop.Source is RangeExpression ? null : LiquidValue.Elements(Evaluate(loop.Source), this);
        length = elements?.Count ?? length;
        var key = loop.Source is MemberExpression member
            ? $"{loop.Identifier}-{string.Join('.', member.Segments.Select(LiquidWords.NameOf))}"
            : $"{loop.Identifier}-{from}-{length}";
        var start = loop.OffsetIsContinue
            ? _offsets.GetValueOrDefault(key)
            : loop.Offset is null ? 0
            : LiquidValue.Number(Evaluate(loop.Offset)).ToInt32();
        start = Math.Clamp(start, 0, length);
        var count = length - start;
        if (loop.Limit is not null)
            count = Math.Clamp(LiquidValue.Number(Evaluate(loop.Limit)).ToInt32(), 0, count);
        _offsets[key] = start + count;
        if (count == 0)
            return loop.Else is null ? Flow.On : Run(loop.Else.Statements);

        var outer = (Item: _names.Local(loop.Identifier), Loop: _names.Local("forloop"));
        for (var index = 0; index < count; index++)
        {
            budget.Step(2);
            var at = loop.Reversed ? start + count - 1 - index : start + index;
            _names[loop.Identifier] = elements is null ? LiquidNumber.From((long)from + at) : elements[at];
            _names["forloop"] = new LiquidLoop(index, count, outer.Loop.Value);
            if (Run(loop.Statements) == Flow.Break)
                break;
        }

        _names.Restore(loop.Identifier, outer.Item);
        _names.Restore("forloop", outer.Loop);
        return Flow.On;
    }

    private (int From, int Length) Bounds(RangeExpression range)
    {
        var (from, to) = (LiquidValue.Number(Evaluate(range.From)).ToInt32(), LiquidValue.Number(Evaluate(range.To)).ToInt32());
        if ((long)to - from >= LiquidLimits.MaxRange)
            throw new LiquidTooCostlyException($"has a range of more than {LiquidLimits.MaxRange} numbers");
        return (from, Math.Max(0, to - from + 1));
    }

    private List<object?> Range(RangeExpression range)
    {
        var (from, length) = Bounds(range);
        budget.Step(length);
        return [.. Enumerable.Range(from, length).Select(number => (object?)LiquidNumber.From(number))];
    }

    private void Write(object? value)
    {
        var text = LiquidValue.Text(value, this);
        budget.Append(_output, isHtml && value is not LiquidMarkup ? HtmlEscape.Escape(text) : text);
    }

    internal object? Evaluate(Expression expression)
    {
        budget.Step();
        return expression switch
        {
            LiteralExpression literal => LiquidValue.From(literal.Value),
            MemberExpression member => _names.Read(member, this),
            FilterExpression filter => LiquidFilters.Apply(filter, this),
            RangeExpression range => Range(range),
            _ => LiquidOperators.Evaluate((BinaryExpression)expression, this),
        };
    }
}
