namespace Mail.Local;

/// <summary>An error that is told to the user: what is wrong, and what to do.</summary>
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
