using Fluid.Ast;

namespace Mail.ConfigService.Liquid;

/// <summary>
/// Finds every variable that a template uses, in whatever branch. A name that is surely assigned before is the template's own; one that
/// may be is the data's too. What only has uses with the filter <c>default</c> is not required. Pure.
/// </summary>
internal sealed class VariableUses
{
    /// <summary>The variables, as the members of one.</summary>
    internal UsedVariable Root { get; } = new(parent: null);

    /// <summary>Adds those of one part.</summary>
    /// <returns>What is wrong with it, which only the analysis finds; null where nothing is.</returns>
    internal string? Add(LiquidTemplate template)
    {
        try
        {
            Visit(template.Statements, []);
            return null;
        }
        catch (NotSupportedException exception)
        {
            return exception.Message;
        }
    }

    private void Visit(IReadOnlyList<Statement> statements, LocalNames names)
    {
        foreach (var statement in statements)
            Visit(statement, names);
    }

    private void Visit(Statement statement, LocalNames names)
    {
        switch (statement)
        {
            case OutputStatement output:
                Use(output.Expression, names);
                break;
            case AssignStatement assign:
                names[assign.Identifier] = assign.Value is MemberExpression alias ? Touch(alias, names) : Other(assign.Value, names);
                break;
            case CaptureStatement capture:
                Visit(capture.Statements, names);
                names[capture.Identifier] = null;
                break;
            case IfStatement @if:
                Use(@if.Condition, names);
                foreach (var other in @if.ElseIfs ?? [])
                    Use(other.Condition, names);
                VisitBranches(statement, @if.Else is not null, names);
                break;
            case UnlessStatement unless:
                Use(unless.Condition, names);
                VisitBranches(statement, unless.Else is not null, names);
                break;
            case CaseStatement @case:
                Use(@case.Expression, names);
                foreach (var option in @case.Whens.SelectMany(when => when.Options))
                    Use(option, names);
                VisitBranches(statement, @case.Else is not null, names);
                break;
            case ForStatement loop:
                VisitLoop(loop, names);
                break;
            case TextSpanStatement or RawStatement or CommentStatement or BreakStatement or ContinueStatement or NoOpStatement:
                break;
            default:
                throw new NotSupportedException($"has a {statement.GetType().Name}, which is not known here");
        }
    }

    private void VisitBranches(Statement statement, bool hasElse, LocalNames names)
    {
        var ends = LiquidTemplate.BlocksOf(statement).Select(block =>
        {
            var within = new LocalNames(names);
            Visit(block, within);
            return within;
        }).ToList();
        // What each branch assigns is assigned.
        var assigned = hasElse ? ends[0].Where(one => ends.TrueForAll(end => end.ContainsKey(one.Key))).ToList() : [];
        foreach (var (name, meaning) in assigned)
            names[name] = ends.TrueForAll(end => end[name] == meaning) ? meaning : null;
        foreach (var end in ends)
            MarkAmbiguousAsWhole(end, names);
    }

    // Where a name may stand for this or for that, it is not seen what of either is used.
    private static void MarkAmbiguousAsWhole(LocalNames within, LocalNames names)
    {
        foreach (var (name, meaning) in within)
        {
            if (names.GetValueOrDefault(name) != meaning)
                meaning?.UseWhole();
        }
    }

    private void VisitLoop(ForStatement loop, LocalNames names)
    {
        var within = new LocalNames(names) { ["forloop"] = null };
        within[loop.Identifier] = loop.Source is MemberExpression list ? Touch(list, names)?.EachElement() : Other(loop.Source, names);
        // Each element is used, whatever of it.
        within[loop.Identifier]?.Require();
        if (loop.Limit is not null)
            Use(loop.Limit, names);
        if (loop.Offset is not null && !loop.OffsetIsContinue)
            Use(loop.Offset, names);
        Visit(loop.Statements, within);
        within.Remove(loop.Identifier);
        MarkAmbiguousAsWhole(within, names);
        if (loop.Else is null)
            return;
        within = new LocalNames(names);
        Visit(loop.Else.Statements, within);
        MarkAmbiguousAsWhole(within, names);
    }

    private UsedVariable? Other(Expression expression, LocalNames names)
    {
        Use(expression, names);
        return null;
    }

    private void Use(Expression expression, LocalNames names, bool isOptional = false)
    {
        switch (expression)
        {
            case MemberExpression member:
                var variable = Resolve(member, names, isOptional);
                variable?.UseWhole();
                if (!isOptional)
                    variable?.Require();
                break;
            case FilterExpression filter:
                // With nothing to filter there is nothing: a default behind other filters is for what comes to them, too.
                Use(filter.Input, names, isOptional || filter.Name == "default");
                foreach (var argument in filter.Parameters)
                    Use(argument.Expression, names, isOptional && filter.Name == "default");
                break;
            case BinaryExpression binary:
                Use(binary.Left, names);
                Use(binary.Right, names);
                break;
            case RangeExpression range:
                Use(range.From, names);
                Use(range.To, names);
                break;
            case LiteralExpression:
                break;
            default:
                throw new NotSupportedException($"has a {expression.GetType().Name}, which is not known here");
        }
    }

    // Used by another name, or by its elements: it has to be there, and what of it is used is seen later.
    private UsedVariable? Touch(MemberExpression member, LocalNames names)
    {
        var variable = Resolve(member, names, isOptional: false);
        variable?.Require();
        return variable;
    }

    private UsedVariable? Resolve(MemberExpression member, LocalNames names, bool isOptional)
    {
        UsedVariable? variable = Root;
        for (var index = 0; index < member.Segments.Count; index++)
        {
            var name = LiquidWords.NameOf(member.Segments[index]);
            if (name is null)
            {
                if (index == 0)
                    throw new NotSupportedException("computes the name of a variable, which can't be checked: write the name");
                Use(((IndexerSegment)member.Segments[index]).Expression, names, isOptional);
                if (!isOptional)
                    variable?.Require();
                variable?.UseWhole();
                variable = null;
            }
            else
            {
                variable = index == 0 && names.TryGetValue(name, out var meaning) ? meaning : variable?.Member(name);
            }
        }

        return variable;
    }
}
