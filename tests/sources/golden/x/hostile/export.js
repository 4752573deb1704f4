window.YTD.direct_messages.part0 = [
  5,
  {
    "dmConversation": 7
  },
  {
    "dmConversation": {
      "conversationId": [
        "x"
      ],
      "messages": [
        4,
        {},
        null,
        {
          "messageCreate": 5
        },
        {
          "messageCreate": {
            "recipientId": "1000",
            "reactions": [],
            "urls": [],
            "text": "no date",
            "mediaUrls": [],
            "senderId": "2000",
            "id": "1",
            "createdAt": "2026-13-45T10:00:00.000Z"
          }
        },
        {
          "messageCreate": {
            "recipientId": "1000",
            "reactions": [],
            "urls": [],
            "text": "no author",
            "mediaUrls": [],
            "senderId": null,
            "id": "2",
            "createdAt": "2026-01-05T10:00:00.000Z"
          }
        },
        {
          "messageCreate": {
            "recipientId": "1000",
            "reactions": [],
            "urls": [],
            "text": "before",
            "mediaUrls": [],
            "senderId": "2000",
            "id": "3",
            "createdAt": "1"
          }
        },
        {
          "messageCreate": {
            "recipientId": "1000",
            "reactions": [],
            "urls": [],
            "text": {
              "a": 1
            },
            "mediaUrls": [],
            "senderId": 2000,
            "id": 4,
            "createdAt": "2026-01-05T10:00:00.000Z"
          }
        },
        {
          "messageCreate": {
            "recipientId": "1000",
            "reactions": [],
            "urls": [],
            "text": "nul\u0000 ‮ rtl",
            "mediaUrls": [],
            "senderId": "2000",
            "id": "5",
            "createdAt": "2026-01-05T10:00:00.000Z"
          }