using LabelStudio.Web.Api;

namespace LabelStudio.Web.Pages.Serving;

/// <summary>One model that is asked, and its answer to the newest question.</summary>
public sealed class TrySlot
{
    private int _question;

    public Guid? ModelId { get; set; }

    public bool IsAsking { get; private set; }

    public PredictAnswer? Answer { get; private set; }

    public string? Problem { get; private set; }

    /// <summary>Begins a question; its number goes with the answer.</summary>
    public int Ask()
    {
        IsAsking = true;
        return ++_question;
    }

    public void Take(int question, TryReply reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        if (question == _question)
        {
            (IsAsking, Answer, Problem) = (false, reply.Answer, reply.Problem);
        }
    }
}
