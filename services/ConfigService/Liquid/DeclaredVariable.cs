using System.Text.Json;

namespace Mail.ConfigService.Liquid;

/// <summary>What a template says of a variable, of a member (<c>user.name</c>) or of each element of a list (<c>items[]</c>).</summary>
internal sealed class DeclaredVariable
{
    /// <summary>One of <see cref="VariableType"/>; null where it says nothing of it.</summary>
    internal string? Type { get; private set; }

    /// <summary>What it is where the data leaves it out; may be JSON's null. Null where it has no default.</summary>
    internal JsonElement? Default { get; private set; }

    /// <summary>Its members that are declared.</summary>
    internal Dictionary<string, DeclaredVariable> Members { get; } = new(StringComparer.Ordinal);

    /// <summary>What is declared of each element.</summary>
    internal DeclaredVariable? Element { get; private set; }

    /// <summary>Whether all that is in it is known, whatever it is.</summary>
    internal bool IsOpen => Type is VariableType.Object or VariableType.Array or VariableType.Any && Members.Count == 0 && Element is null;

    /// <summary>Declares a variable, as the members of one.</summary>
    /// <param name="name">Its name, with dots before members and <c>[]</c> behind lists.</param>
    /// <param name="type">Its type, if any.</param>
    /// <param name="default">Its default, if any.</param>
    internal void Declare(string name, string? type, JsonElement? @default)
    {
        var variable = this;
        foreach (var part in name.Split('.'))
        {
            var isList = part.EndsWith("[]", StringComparison.Ordinal);
            variable = variable.Member(isList ? part[..^2] : part);
            variable = isList ? variable.Element ??= new() : variable;
        }

        (variable.Type, variable.Default) = (type, @default);
    }

    private DeclaredVariable Member(string name)
    {
        if (!Members.TryGetValue(name, out var member))
            Members[name] = member = new();
        return member;
    }
}
