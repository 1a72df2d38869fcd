namespace Mail.Local;

/// <summary>What people are told in place of what they asked for: what is wrong, and what to do.</summary>
public class LocalException : Exception
{
    public LocalException(string message)
        : base(message)
    {
    }

    public LocalException(string message, Exception inner)
        : base(message, inner)
    {
    }

    public LocalException()
    {
    }
}
