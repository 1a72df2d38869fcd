using Fluid.Ast;

namespace Mail.ConfigService.Liquid;

/// <summary>The names of a rendering: those that the template assigns, before those of the data.</summary>
internal sealed class LiquidNames(LiquidObject data)
{
    private readonly Dictionary<string, object?> _locals = new(StringComparer.Ordinal);

    internal object? this[string name]
    {
        set => _locals[name] = value;
    }

    /// <summary>What a name is assigned, for <see cref="Restore"/>.</summary>
    internal (bool IsThere, object? Value) Local(string name) => (_locals.TryGetValue(name, out var value), value);

    internal void Restore(string name, (bool IsThere, object? Value) before)
    {
        if (before.IsThere)
            _locals[name] = before.Value;
        else
            _locals.Remove(name);
    }

    /// <summary>The value of a variable or of a member; null where there is none.</summary>
    internal object? Read(MemberExpression member, LiquidRun run)
    {
        object? value = null;
        for (var index = 0; index < member.Segments.Count; index++)
        {
            run.Budget.Step();
            var segment = member.Segments[index];
            var name = segment is IdentifierSegment identifier
                ? identifier.Identifier
                : LiquidValue.Text(run.Evaluate(((IndexerSegment)segment).Expression), run);
            value = index > 0
                ? LiquidValue.Member(value, name)
                : _locals.TryGetValue(name, out var local) ? local
                : data.GetValueOrDefault(name);
        }

        return value;
    }
}
