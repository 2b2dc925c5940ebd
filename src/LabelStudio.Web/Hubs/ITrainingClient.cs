namespace LabelStudio.Web.Hubs;

/// <summary>What a program that follows a run is told.</summary>
public interface ITrainingClient
{
    Task OnEvent(RunEventMessage message);

    Task OnState(RunStateMessage message);
}
