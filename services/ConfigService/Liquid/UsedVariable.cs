namespace Mail.ConfigService.Liquid;

/// <summary>A variable that a template uses, a member of one, or what stands for each element of a list.</summary>
internal sealed class UsedVariable(UsedVariable? parent)
{
    /// <summary>The members that are used, by name. Of a list, a number or <c>first</c>, <c>last</c> and <c>size</c>.</summary>
    internal Dictionary<string, UsedVariable> Members { get; } = new(StringComparer.Ordinal);

    /// <summary>Each element, where a loop goes over it; null where none does.</summary>
    internal UsedVariable? Element { get; private set; }

    /// <summary>Whether a use needs it to be there.</summary>
    internal bool IsRequired { get; private set; }

    /// <summary>Whether it is used as a whole, with all that is in it.</summary>
    internal bool IsWhole { get; private set; }

    internal UsedVariable Member(string name)
    {
        if (!Members.TryGetValue(name, out var member))
            Members[name] = member = new(this);
        return member;
    }

    internal UsedVariable EachElement() => Element ??= new(this);

    internal void UseWhole() => IsWhole = true;

    /// <summary>A member of something that is not there is not there either.</summary>
    internal void Require()
    {
        for (var each = this; each is { IsRequired: false }; each = each.Parent)
            each.IsRequired = true;
    }

    private UsedVariable? Parent { get; } = parent;
}
